/*
 * Bugs of a host, planted: each checker must find them before its silence about the library counts.
 * Usage: planted leak|use-after-free|race
 */
#define _GNU_SOURCE
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "upgradelink.h"

static int shared;

static void *count(void *nothing)
{
  for (int i = 0; i < 1000; i++)
    shared++;
  return nothing;
}

int main(int argc, char **argv)
{
  upgradelink_query *query = upgradelink_query_new(UPGRADELINK_KIND_URL, "key", 1);

  if (argc != 2)
    return 2;
  if (strcmp(argv[1], "leak") == 0) {
    query = NULL; /* and nobody frees it; what it owned was made in the library */
  } else if (strcmp(argv[1], "use-after-free") == 0) {
    upgradelink_query_free(query);
    upgradelink_query_set_arch(query, "x64"); /* the access is the library's */
    query = NULL;
  } else if (strcmp(argv[1], "race") == 0) {
    pthread_t thread;

    pthread_create(&thread, NULL, count, NULL);
    count(NULL);
    pthread_join(thread, NULL);
  }
  upgradelink_query_free(query);
  return shared < 0;
}
