/* Runs the conformance list in C: runner ENDPOINT CASES_FILE WORK_FOLDER */
#define _XOPEN_SOURCE 700
#include "case.h"
#include "text.h"

#include <limits.h>

void remember(memory_of_case *memory, const char *line, const char *field, char *value) {
  remembered *items = realloc(memory->items, (memory->count + 1) * sizeof *items);
  if (!items)
    exit(2);
  memory->items = items;
  items[memory->count++] = (remembered){copied(line), copied(field), value};
}

void forget(memory_of_case *memory) {
  for (size_t i = 0; i < memory->count; i++) {
    free(memory->items[i].line);
    free(memory->items[i].field);
    free(memory->items[i].value);
  }
  free(memory->items);
  *memory = (memory_of_case){NULL, 0};
}

const char *recall(const memory_of_case *memory, const char *line, const char *field, const char *otherwise) {
  for (size_t i = memory->count; i-- > 0;)
    if (strcmp(memory->items[i].line, line) == 0 && strcmp(memory->items[i].field, field) == 0)
      return memory->items[i].value;
  return otherwise;
}

void wrong(conformance_case *of, const char *why, const char *what) {
  if (!of->wrong)
    of->wrong = made("%s: %s", why, what);
}

static char *unescaped(const char *text) {
  char *plain = copied(text), *to = plain;
  for (const char *from = text; *from; from++, to++) {
    *to = *from;
    if (*from == '\\') {
      from++;
      *to = *from == 'n' ? '\n' : *from == 'r' ? '\r' : *from == 't' ? '\t' : *from;
    }
  }
  *to = 0;
  return plain;
}

static char *value_of(const conformance_case *of, const char *text) {
  char *value = replaced(unescaped(text), "{endpoint}", of->endpoint);
  value = replaced(replaced(value, "{host}", of->host), "{work}", of->work);
  return replaced(value, "{data}", of->data);
}

/* What a field is now, or NULL. */
static char *found(conformance_case *of, const char *field) {
  if (strcmp(field, "log") == 0)
    return copied(of->log);
  if (strncmp(field, "file:", 5) == 0) {
    char *path = made("%s/%s", of->work, field + 5);
    long long size = size_of_file(path);
    free(path);
    return size < 0 ? copied("(null)") : made("%lld", size);
  }
  if (strcmp(field, "sent") == 0)
    return ask_service(of->host, "GET", "requests", NULL);
  if (strcmp(field, "sent.count") == 0) {
    char *sent = ask_service(of->host, "GET", "requests", NULL);
    char *count = sent ? made("%zu", occurrences(sent, "\"connection\":")) : NULL;
    free(sent);
    return count;
  }
  return copied(recall(&of->came, "", field, NULL));
}

static int ends_with(char *text, const char *end) {
  size_t length = strlen(text), tail = strlen(end);
  if (length < tail || strcmp(text + length - tail, end) != 0)
    return 0;
  text[length - tail] = 0;
  return 1;
}

static void expect(conformance_case *of, const char *name, const char *value) {
  char *field = copied(name);
  int contains = ends_with(field, "_contains"), lacks = !contains && ends_with(field, "_lacks");
  char *came = found(of, field);
  int right = came && (contains ? strstr(came, value) != NULL : lacks ? strstr(came, value) == NULL : strcmp(came, value) == 0);
  if (!right) {
    char *why = made("expected %s %s", name, value);
    char *what = made("came %s; %s", came ? came : "nothing", recall(&of->came, "", "error.message", ""));
    wrong(of, why, what);
    free(why);
    free(what);
  }
  free(came);
  free(field);
}

static void add_file(conformance_case *of, const char *name, const char *data) {
  char *from = made("%s/%s", of->data, data), *to = made("%s/%s", of->work, name);
  size_t length = 0;
  char *content = read_file(from, &length);
  if (!content || !write_file(to, content, length))
    wrong(of, "cannot be copied", from);
  free(content);
  free(from);
  free(to);
}

static void add_text(conformance_case *of, const char *name, const char *value) {
  char *path = made("%s/%s", of->work, name);
  if (!write_file(path, value, strlen(value)))
    wrong(of, "cannot be written", path);
  free(path);
}

static void add_fault(conformance_case *of, const char *fault) {
  char *list = made("[%s]", fault);
  char *answer = ask_service(of->host, "POST", "faults", list);
  if (!answer)
    wrong(of, "the dev server refuses", fault);
  free(answer);
  free(list);
}

static void obey_fields(conformance_case *of, const char *word, char *field, const char *text) {
  char *value = value_of(of, text);
  if (strcmp(word, "expect") == 0)
    expect(of, field, value);
  else if (strcmp(word, "text") == 0)
    add_text(of, field, value);
  else if (strcmp(word, "file") == 0)
    add_file(of, field, value);
  else if (is_field(word, field))
    remember(&of->set, word, field, copied(value));
  else
    wrong(of, "unknown line or field", field);
  free(value);
}

static void obey(conformance_case *of, char *line) {
  static const char *const FORMS[] = {"call", "start", "cancel", "stop"};
  char *rest = strchr(line, ' ');
  if (!rest) {
    wrong(of, "unknown line", line);
    return;
  }
  *rest++ = 0;
  if (strcmp(line, "fault") == 0) {
    add_fault(of, rest);
    return;
  }
  for (int how = CALL; how <= STOP; how++)
    if (strcmp(line, FORMS[how]) == 0) {
      call_verb(of, (enum how)how, rest);
      return;
    }
  char *value = strchr(rest, ' ');
  if (value)
    *value++ = 0;
  obey_fields(of, line, rest, value ? value : "");
}

static void begin(conformance_case *of, const char *work, size_t number) {
  free((char *)of->work);
  of->work = made("%s/%zu", work, number);
  empty_folder(of->work);
  forget(&of->set);
  forget(&of->came);
  free(of->log);
  of->log = copied("");
  char *faults = ask_service(of->host, "DELETE", "faults", NULL), *requests = ask_service(of->host, "DELETE", "requests", NULL);
  if (!faults || !requests)
    wrong(of, "no dev server with --admin at", of->endpoint);
  free(faults);
  free(requests);
}

/* Says how a case ended. Returns 1 if it passed. */
static int end(conformance_case *of, size_t number, const char *title) {
  int passed = !of->wrong;
  if (!passed)
    printf("%zu %s: %s\n", number, title, of->wrong);
  free(of->wrong);
  of->wrong = NULL;
  return passed;
}

int main(int count, char **arguments) {
  if (count != 4) {
    fputs("runner ENDPOINT CASES_FILE WORK_FOLDER\n", stderr);
    return 2;
  }
  char cases[PATH_MAX], work[PATH_MAX];
  char *content = read_file(arguments[2], NULL);
  if (!content || !realpath(arguments[2], cases) || !realpath(arguments[3], work)) {
    fputs("the cases or the work folder cannot be read\n", stderr);
    return 2;
  }
  *strrchr(cases, '/') = 0;
  char *data = made("%s/data", cases);
  conformance_case now = {.endpoint = arguments[1], .host = arguments[1] + strlen("http://"), .data = data};

  const char *title = NULL;
  size_t number = 0, passed = 0;
  for (char *line = content, *next; line; line = next) {
    next = strchr(line, '\n');
    if (next)
      *next++ = 0;
    if (strncmp(line, "case ", 5) == 0) {
      passed += title ? (size_t)end(&now, number, title) : 0;
      title = line + 5;
      begin(&now, work, ++number);
    } else if (*line && *line != '#' && !now.wrong) {
      obey(&now, line);
    }
  }
  passed += title ? (size_t)end(&now, number, title) : 0;
  forget(&now.set);
  forget(&now.came);
  free(now.log);
  free((char *)now.work);
  free(data);
  free(content);
  printf("c: %zu passed, %zu failed\n", passed, number - passed);
  return passed != number;
}
