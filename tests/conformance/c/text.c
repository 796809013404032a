#define _XOPEN_SOURCE 700
#include "text.h"

#include <ftw.h>
#include <netdb.h>
#include <stdarg.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

static void *memory(void *old, size_t size) {
  void *new = realloc(old, size);
  if (!new) {
    fputs("no memory\n", stderr);
    exit(2);
  }
  return new;
}

char *made(const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  size_t length = (size_t)vsnprintf(NULL, 0, format, arguments);
  va_end(arguments);
  char *text = memory(NULL, length + 1);
  va_start(arguments, format);
  vsnprintf(text, length + 1, format, arguments);
  va_end(arguments);
  return text;
}

char *copied(const char *text) { return text ? made("%s", text) : NULL; }

char *replaced(char *text, const char *what, const char *with) {
  for (char *found = strstr(text, what); found;) {
    size_t before = (size_t)(found - text);
    char *next = made("%.*s%s%s", (int)before, text, with, found + strlen(what));
    free(text);
    text = next;
    found = strstr(text + before + strlen(with), what);
  }
  return text;
}

size_t occurrences(const char *text, const char *what) {
  size_t count = 0;
  for (const char *found = strstr(text, what); found; found = strstr(found + 1, what))
    count++;
  return count;
}

char *read_file(const char *path, size_t *length) {
  FILE *file = fopen(path, "rb");
  if (!file)
    return NULL;
  size_t read = 0, came;
  char *content = memory(NULL, 65536 + 1);
  while ((came = fread(content + read, 1, 65536, file)) > 0) {
    read += came;
    content = memory(content, read + 65536 + 1);
  }
  fclose(file);
  content[read] = 0;
  if (length)
    *length = read;
  return content;
}

int write_file(const char *path, const char *content, size_t length) {
  FILE *file = fopen(path, "wb");
  if (!file)
    return 0;
  int written = fwrite(content, 1, length, file) == length;
  return fclose(file) == 0 && written;
}

long long size_of_file(const char *path) {
  struct stat found;
  return stat(path, &found) == 0 ? (long long)found.st_size : -1;
}

static int remove_one(const char *path, const struct stat *found, int type, struct FTW *walk) {
  (void)found, (void)type, (void)walk;
  return remove(path);
}

void empty_folder(const char *path) {
  nftw(path, remove_one, 16, FTW_DEPTH | FTW_PHYS);
  mkdir(path, 0777);
}

static int connected(const char *host) {
  char *name = copied(host), *port = strrchr(name, ':');
  struct addrinfo wanted = {0}, *found = NULL;
  wanted.ai_socktype = SOCK_STREAM;
  int opened = -1;
  if (port) {
    *port = 0;
    if (getaddrinfo(name, port + 1, &wanted, &found) == 0) {
      opened = socket(found->ai_family, found->ai_socktype, found->ai_protocol);
      if (opened >= 0 && connect(opened, found->ai_addr, found->ai_addrlen) != 0) {
        close(opened);
        opened = -1;
      }
      freeaddrinfo(found);
    }
  }
  free(name);
  return opened;
}

char *ask_service(const char *host, const char *method, const char *what, const char *body) {
  int opened = connected(host);
  if (opened < 0)
    return NULL;
  char *request = made("%s /_dev/%s HTTP/1.1\r\nHost: %s\r\nConnection: close\r\nContent-Length: %zu\r\n\r\n%s",
                       method, what, host, body ? strlen(body) : 0, body ? body : "");
  size_t length = strlen(request), sent = 0, read = 0;
  ssize_t now = 1;
  while (sent < length && (now = write(opened, request + sent, length - sent)) > 0)
    sent += (size_t)now;
  free(request);
  char *reply = memory(NULL, 65536 + 1);
  while (now > 0 && (now = recv(opened, reply + read, 65536, 0)) > 0) {
    read += (size_t)now;
    reply = memory(reply, read + 65536 + 1);
  }
  close(opened);
  reply[read] = 0;
  const char *head_end = strstr(reply, "\r\n\r\n");
  int good = head_end && strncmp(reply, "HTTP/1.1 20", 11) == 0;
  char *answer = good ? copied(head_end + 4) : NULL;
  free(reply);
  return answer;
}
