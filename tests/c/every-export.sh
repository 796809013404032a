#!/usr/bin/env bash
# Writes a C program that calls every function of a header with 0 and NULL alone, and says in the file
# named by its argument what each gave: `name status N`, `name number N`, `name pointer NULL`, `name void`.
#
#   every-export.sh include/upgradelink.h > every.c
#   every-export.sh include/upgradelink.h places > every.c    # with places for results, not NULL
set -euo pipefail

cat <<'C'
#include <inttypes.h>
#include <stdio.h>
#include "upgradelink.h"

static FILE *out;
void *place;

static void signed_number(const char *name, int64_t value) { fprintf(out, "%s number %" PRId64 "\n", name, value); }
static void unsigned_number(const char *name, uint64_t value) { fprintf(out, "%s number %" PRIu64 "\n", name, value); }
static void pointer(const char *name, const void *value) { fprintf(out, "%s pointer %s\n", name, value ? "given" : "NULL"); }

#define STATUS(name, call) fprintf(out, "%s status %" PRId32 "\n", name, call)
#define VALUE(name, call) _Generic((call), \
  int32_t: signed_number, int64_t: signed_number, \
  uint32_t: unsigned_number, uint64_t: unsigned_number, default: pointer)(name, call)
#define NOTHING(name, call) (call, fprintf(out, "%s void\n", name))

int main(int argc, char **argv)
{
  out = argc == 2 ? fopen(argv[1], "w") : NULL;
  if (!out)
    return 2;
C

sed -e '/^#/d' "$1" | awk -v places="${2:-}" '
  { text = text " " $0 }
  END {
    while (match(text, /\/\*/)) {            # comments
      before = substr(text, 1, RSTART - 1)
      after = substr(text, RSTART + 2)
      text = before " " substr(after, index(after, "*/") + 2)
    }
    count = split(text, parts, ";")
    for (i = 1; i <= count; i++) {
      part = parts[i]
      if (part ~ /typedef/ || !match(part, /upgradelink_[a-z0-9_]+\(/)) continue
      name = substr(part, RSTART, RLENGTH - 1)
      type = substr(part, 1, RSTART - 1)
      arguments = substr(part, RSTART + RLENGTH)
      sub(/\)[^)]*$/, "", arguments)
      zeros = ""
      n = arguments ~ /^ *(void)? *$/ ? 0 : split(arguments, list, ",")
      for (j = 1; j <= n; j++)
        zeros = zeros (j > 1 ? ", " : "") (places && list[j] ~ /\*\*/ ? "(void *)&place" : "0")
      kind = type ~ /upgradelink_status *$/ ? "STATUS" : type ~ /void *$/ ? "NOTHING" : "VALUE"
      printf "  %s(\"%s\", %s(%s));\n", kind, name, name, zeros
    }
  }'

echo '  return fclose(out) != 0;'
echo '}'
