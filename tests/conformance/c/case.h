/* A case of the conformance list: what it remembers, and what came. */
#ifndef CASE_H
#define CASE_H

#include <upgradelink.h>

typedef struct {
  char *line, *field, *value;
} remembered;

typedef struct {
  remembered *items;
  size_t count;
} memory_of_case;

typedef struct {
  const char *endpoint, *host, *work, *data;
  memory_of_case set;  /* what the lines set */
  memory_of_case came; /* what the last call gave; no line */
  char *log, *wrong;   /* wrong: why the case fails, NULL so far */
} conformance_case;

enum how { CALL, START, CANCEL, STOP };

void remember(memory_of_case *memory, const char *line, const char *field, char *value);
void forget(memory_of_case *memory);
/* The last value of a field, or `otherwise`. */
const char *recall(const memory_of_case *memory, const char *line, const char *field, const char *otherwise);

/* Fails the case, unless it has failed before. */
void wrong(conformance_case *of, const char *why, const char *what);

/* Calls what a verb names, and keeps what came. */
void call_verb(conformance_case *of, enum how how, const char *verb);

/* Whether a line such as `query` has this field. */
int is_field(const char *line, const char *field);

#endif
