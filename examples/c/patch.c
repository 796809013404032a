// Says what a patch is, or applies it.
//
//   patch PATCH                      its container, its compressor and the sizes of both files
//   patch BASE PATCH OUTPUT [MD5]    makes OUTPUT of BASE, and compares it with MD5 where given
#include <inttypes.h>
#include <stdio.h>
#include <upgradelink.h>

static upgradelink_status inspect(const char *path, upgradelink_error **error) {
  upgradelink_patch_info *info = NULL;
  upgradelink_status status = upgradelink_patch_inspect(path, &info, error);
  if (status == UPGRADELINK_OK) {
    const char *compressor = upgradelink_patch_info_compressor(info);
    uint64_t old_size = upgradelink_patch_info_old_size(info);
    printf("container   %s\n", upgradelink_patch_info_container(info));
    printf("compressor  %s\n", compressor && *compressor ? compressor : "none");
    if (old_size != UPGRADELINK_SIZE_UNKNOWN)
      printf("old file    %" PRIu64 " bytes\n", old_size);
    printf("new file    %" PRIu64 " bytes\n", upgradelink_patch_info_new_size(info));
  }
  upgradelink_patch_info_free(info);
  return status;
}

static upgradelink_status apply(char **paths, const char *md5, upgradelink_error **error) {
  upgradelink_patch_options *options = upgradelink_patch_options_new();
  upgradelink_patch_options_set_expected_md5(options, md5);
  upgradelink_status status = upgradelink_patch_apply(paths[0], paths[1], paths[2], options, NULL, NULL, error);
  if (status == UPGRADELINK_OK)
    printf("%s is made%s\n", paths[2], md5 ? ", and has the right MD5" : "");
  upgradelink_patch_options_free(options);
  return status;
}

int main(int argc, char **argv) {
  upgradelink_error *error = NULL;
  upgradelink_status status;
  if (argc == 2)
    status = inspect(argv[1], &error);
  else if (argc == 4 || argc == 5)
    status = apply(argv + 1, argc == 5 ? argv[4] : NULL, &error);
  else
    return fprintf(stderr, "usage: patch PATCH | patch BASE PATCH OUTPUT [MD5]\n"), 2;
  if (status != UPGRADELINK_OK)
    fprintf(stderr, "%s: %s\n", upgradelink_status_name(status), upgradelink_error_message(error));
  upgradelink_error_free(error);
  return status != UPGRADELINK_OK;
}
