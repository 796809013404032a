// What both programs of this benchmark do alike: they ask the same question, and tell the driver when
// the first answer is there and how much memory they took.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ACCESS_KEY "mui2W50H1j-OC4xD6PgQag"
#define SECRET_KEY "PEbdHFGC0uO_Pch7XWBQTMsFRxKPQAM2565eP8LJ3gc"
#define APP_KEY "isVZBUvkFhv6oHxk_X-D0Q"
#define CONNECT_TIMEOUT_MS 10000
#define TOTAL_TIMEOUT_MS 30000

static void require(int holds, const char *what) {
  if (!holds) {
    fprintf(stderr, "%s\n", what);
    exit(1);
  }
}

static void tell_first_answer(void) {
  puts("first");
  fflush(stdout);
}

// The peak as the kernel counts it for this program alone; rusage also knows its parent's.
static void tell_peak(void) {
  char line[256];
  FILE *status = fopen("/proc/self/status", "r");
  while (status && fgets(line, sizeof line, status))
    if (strncmp(line, "VmHWM:", 6) == 0)
      printf("peak %ld\n", strtol(line + 6, NULL, 10));
}
