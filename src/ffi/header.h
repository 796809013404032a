/*
 * upgradelink: keeps an application up to date through the UpgradeLink service.
 *
 *   upgradelink_error *error = NULL;
 *   upgradelink_client *client = NULL;
 *   upgradelink_strategy *strategy = NULL;
 *   upgradelink_config *config = upgradelink_config_new("accessKey", "secretKey");
 *   upgradelink_query *query = upgradelink_query_new(UPGRADELINK_KIND_URL, "urlKey", 1);
 *
 *   if (upgradelink_client_new(config, &client, &error) != UPGRADELINK_OK
 *       || upgradelink_check(client, query, &strategy, &error) != UPGRADELINK_OK)
 *     fprintf(stderr, "%s\n", upgradelink_error_message(error));
 *   else if (upgradelink_strategy_is_available(strategy))
 *     printf("version %s is out\n", upgradelink_strategy_version_name(strategy));
 *   else
 *     puts("already the newest");
 *
 *   upgradelink_strategy_free(strategy);
 *   upgradelink_query_free(query);
 *   upgradelink_client_free(client);
 *   upgradelink_config_free(config);
 *   upgradelink_error_free(error);
 *
 * What holds for every function:
 *
 * - A function that can fail returns a status and takes a place for the error last, which may be
 *   NULL. Every output is set to NULL on entry (what was there is not freed); a result is written
 *   on success only, an error on failure only. Each belongs to the caller, who frees it with the
 *   function of its section.
 * - Texts in are UTF-8 with a NUL at their end and are copied. NULL means absent where the text says
 *   so, and is refused elsewhere. Texts out belong to the handle they come from.
 * - A function of a handle gives 0 or NULL for a NULL handle; freeing NULL does nothing.
 * - Clients and operations may be used from any thread at once, results read from any thread;
 *   configurations, queries and options belong to one thread at a time.
 * - The library writes nothing to stdout or stderr, handles no signal, and blocks all signals on its
 *   own threads; see `upgradelink_unblock_signals_in_callbacks` for runtimes that need them.
 *
 * This file is generated from src/ffi by `make header`.
 */
#ifndef UPGRADELINK_H
#define UPGRADELINK_H

#include <stddef.h>
#include <stdint.h>

#if defined(_WIN32) && !defined(UPGRADELINK_STATIC)
#define UPGRADELINK_API __declspec(dllimport)
#else
#define UPGRADELINK_API
#endif

#ifdef __cplusplus
extern "C" {
#endif

@BODY@
#ifdef __cplusplus
}
#endif

#endif
