/* Texts that grow, and files, for the runner of the conformance list. Without memory it ends. */
#ifndef TEXT_H
#define TEXT_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A new text made as by printf. */
char *made(const char *format, ...);

/* A copy, or NULL for NULL. */
char *copied(const char *text);

/* A new text in which `what` is replaced by `with`; `text` is freed. */
char *replaced(char *text, const char *what, const char *with);

/* How often `what` stands in `text`. */
size_t occurrences(const char *text, const char *what);

/* The whole of a file with a NUL behind it; `*length`, unless NULL, is its length. NULL if it cannot be read. */
char *read_file(const char *path, size_t *length);

/* Writes a file. Returns whether that went well. */
int write_file(const char *path, const char *content, size_t length);

/* The size of a file, or -1 if there is none. */
long long size_of_file(const char *path);

/* Makes an empty folder, whatever was there. */
void empty_folder(const char *path);

/* Asks the dev server's admin interface, such as ("DELETE", "faults", NULL). Returns what it answers, or NULL. */
char *ask_service(const char *host, const char *method, const char *what, const char *body);

#endif
