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

/** A file that is what was promised. */
typedef struct upgradelink_artifact upgradelink_artifact;

/** Asks the service. */
typedef struct upgradelink_client upgradelink_client;

/** What a client is made of. */
typedef struct upgradelink_config upgradelink_config;

/** Why a call failed. Immutable; may be read from any thread. */
typedef struct upgradelink_error upgradelink_error;

/** What an application tells the service. */
typedef struct upgradelink_event upgradelink_event;

/** How a file is fetched. */
typedef struct upgradelink_fetch_options upgradelink_fetch_options;

/** A call that runs in the background. */
typedef struct upgradelink_operation upgradelink_operation;

/** What the header of a patch says. */
typedef struct upgradelink_patch_info upgradelink_patch_info;

/** What the new file must be, and what a patch may ask for. */
typedef struct upgradelink_patch_options upgradelink_patch_options;

/** Which application asks. */
typedef struct upgradelink_query upgradelink_query;

/** Knows when to check. */
typedef struct upgradelink_scheduler upgradelink_scheduler;

/** The figures of an application. */
typedef struct upgradelink_statistics upgradelink_statistics;

/** What the service says to do. */
typedef struct upgradelink_strategy upgradelink_strategy;

/** The host's own HTTP. */
typedef struct upgradelink_transport upgradelink_transport;

/** A request as the host is to send it. */
typedef struct upgradelink_transport_request upgradelink_transport_request;

/** The answer of a host's server, to be filled by it. */
typedef struct upgradelink_transport_response upgradelink_transport_response;

/** What the service knows of one version. */
typedef struct upgradelink_version_details upgradelink_version_details;

/** Whether files need a signature: one of the `UPGRADELINK_SIGNATURE_` constants. */
typedef int32_t upgradelink_signature_policy;

/** How much a log line matters: one of the `UPGRADELINK_LOG_` constants. */
typedef int32_t upgradelink_log_level;

/**
 * Takes a line of the log, on whichever thread has something to say; `message` lives until it
 * returns. The library may be called from within.
 */
typedef void (*upgradelink_log)(void *user_data, upgradelink_log_level level, const char *message);

/** What a call did: `UPGRADELINK_OK` or one of the `UPGRADELINK_ERROR_` constants. */
typedef int32_t upgradelink_status;

/**
 * Is told, once and on a thread of the library, that an operation has its result, which can be
 * taken from then on, within the completion too.
 *
 * `operation` lives until the completion returns, even if it was freed before; afterwards
 * `user_data` is never passed again. The library may be called from within, and
 * `upgradelink_operation_free` is allowed there.
 */
typedef void (*upgradelink_completion)(void *user_data, upgradelink_operation *operation);

/** A kind of application: one of the `UPGRADELINK_KIND_` constants. */
typedef int32_t upgradelink_kind;

/**
 * How urgent an upgrade is: one of the `UPGRADELINK_UPGRADE_` constants, or a number that the
 * service has added since.
 */
typedef int32_t upgradelink_upgrade_type;

/**
 * A kind of patch: one of the `UPGRADELINK_PATCH_` constants, or a number that the service has
 * added since.
 */
typedef int32_t upgradelink_patch_algo;

/** What is counted: one of the `UPGRADELINK_SERIES_` constants. */
typedef int32_t upgradelink_series;

/** What a long call is doing: one of the `UPGRADELINK_PHASE_` constants. */
typedef int32_t upgradelink_phase;

/**
 * Is told how far a long call is: every 100 ms, also while nothing arrives, and at the end. `done`
 * and `total` count bytes; `total` is `UPGRADELINK_SIZE_UNKNOWN` where nobody gave it. Within a
 * phase `done` never goes back.
 *
 * Runs on the thread that does the work; the library may be called from within. Returning 0 ends
 * the call with `UPGRADELINK_ERROR_CANCELLED`, anything else lets it go on.
 */
typedef int32_t (*upgradelink_progress)(void *user_data,
                                        upgradelink_phase phase,
                                        uint64_t done,
                                        uint64_t total);

/** How a file came: one of the `UPGRADELINK_ORIGIN_` constants. */
typedef int32_t upgradelink_origin;

/** What happened: one of the `UPGRADELINK_EVENT_` constants. */
typedef int32_t upgradelink_event_type;

/**
 * Is told, on the scheduler's thread, that it is time to check: call `upgradelink_scheduler_check`, at
 * once or from another thread later. A host that does not, such as on a metered connection, is asked
 * again after a pause.
 *
 * The library may be called from within, `upgradelink_scheduler_stop` and `_free` too.
 */
typedef void (*upgradelink_due)(void *user_data, upgradelink_scheduler *scheduler);

/**
 * Sends `request` and fills `response`: its status, its headers, and a stream of the host's for the
 * body. Redirects are not followed. Returns `UPGRADELINK_OK`, or what failed, as a rule
 * `UPGRADELINK_ERROR_CONNECT`, `_TLS`, `_TIMEOUT` or `_NETWORK`; then nothing is read or closed.
 *
 * Runs on a thread of the library and may block; `request` lives until the stream is closed, and
 * `response` until it returns.
 */
typedef upgradelink_status (*upgradelink_transport_open)(void *user_data,
                                                         const upgradelink_transport_request *request,
                                                         upgradelink_transport_response *response);

/**
 * Reads at most `length` bytes of the body. Returns how many, 0 only at the end, or the negative of
 * an error's status, such as `-UPGRADELINK_ERROR_NETWORK`.
 *
 * Runs on the thread that opened the stream and may block.
 */
typedef int64_t (*upgradelink_transport_read)(void *user_data,
                                              void *stream,
                                              uint8_t *buffer,
                                              size_t length);

/** Ends a stream, once for each that was opened, on the thread that opened it. */
typedef void (*upgradelink_transport_close)(void *user_data, void *stream);

/**
 * Asks an open or read of `request` that blocks on another thread to return soon. The library waits
 * for neither.
 */
typedef void (*upgradelink_transport_cancel)(void *user_data,
                                             const upgradelink_transport_request *request);

/** Is told once that the transport is not used any more: after it, `user_data` is never passed again. */
typedef void (*upgradelink_transport_release)(void *user_data);

/** Where a call failed: one of the `UPGRADELINK_STAGE_` constants. */
typedef int32_t upgradelink_stage;

/** Grows when something that worked stops working. */
#define UPGRADELINK_VERSION_MAJOR 0
/** Grows when something is added. */
#define UPGRADELINK_VERSION_MINOR 1
/** Grows when something is mended. */
#define UPGRADELINK_VERSION_PATCH 0
/** `MAJOR * 1000000 + MINOR * 1000 + PATCH`. */
#define UPGRADELINK_VERSION_NUMBER 1000
/** In a limit: no limit at all. */
#define UPGRADELINK_WAIT_FOREVER 4294967295
/** A size that is not known. */
#define UPGRADELINK_SIZE_UNKNOWN 18446744073709551615ull
/** In `upgradelink_artifact_checked`: the size was promised and is right. */
#define UPGRADELINK_CHECKED_SIZE 1
/** In `upgradelink_artifact_checked`: the MD5 was promised and is right. */
#define UPGRADELINK_CHECKED_MD5 2
/** In `upgradelink_artifact_checked`: the SHA-256 was given by the host and is right. */
#define UPGRADELINK_CHECKED_SHA256 4
/** In `upgradelink_artifact_checked`: the publisher's signature is right. */
#define UPGRADELINK_CHECKED_SIGNATURE 8
/** A call failed in a way that the library cannot mend. */
#define UPGRADELINK_LOG_ERROR 1
/** Something failed and is tried again or done otherwise. */
#define UPGRADELINK_LOG_WARN 2
/** Something the host may want to know. */
#define UPGRADELINK_LOG_INFO 3
/** Each request. */
#define UPGRADELINK_LOG_DEBUG 4
/** Signatures are not looked for. */
#define UPGRADELINK_SIGNATURE_OFF 1
/** One that is there must be right. Whoever can change the file can also take its signature away. */
#define UPGRADELINK_SIGNATURE_WHEN_PRESENT 2
/** A file without a right one is refused. */
#define UPGRADELINK_SIGNATURE_REQUIRED 3
#define UPGRADELINK_KIND_URL 1
#define UPGRADELINK_KIND_FILE 2
#define UPGRADELINK_KIND_APK 3
#define UPGRADELINK_KIND_CONFIGURATION 4
#define UPGRADELINK_KIND_WIN 5
#define UPGRADELINK_KIND_MAC 6
#define UPGRADELINK_KIND_LNX 7
#define UPGRADELINK_UPGRADE_UNKNOWN 0
/** Ask the user. */
#define UPGRADELINK_UPGRADE_PROMPT 1
/** Do it without a word. */
#define UPGRADELINK_UPGRADE_SILENT 2
/** Do not go on without it. */
#define UPGRADELINK_UPGRADE_FORCE 3
#define UPGRADELINK_PATCH_NONE 0
#define UPGRADELINK_PATCH_HDIFFPATCH 1
/** Downloads of the application. */
#define UPGRADELINK_SERIES_DOWNLOADS 1
/** Strategies that the service gave. */
#define UPGRADELINK_SERIES_STRATEGIES 2
/** Upgrades that were reported. */
#define UPGRADELINK_SERIES_UPGRADES 3
/** Starts that were reported. */
#define UPGRADELINK_SERIES_STARTS 4
/** Taking a file from the network. */
#define UPGRADELINK_PHASE_DOWNLOAD 1
/** Reading what is on the disk already. */
#define UPGRADELINK_PHASE_VERIFY 2
/** Applying a patch. */
#define UPGRADELINK_PHASE_PATCH 3
/** All of it was downloaded. */
#define UPGRADELINK_ORIGIN_DOWNLOADED 1
/** An earlier run had downloaded its beginning. */
#define UPGRADELINK_ORIGIN_RESUMED 2
/** It was made of the base file and a patch. */
#define UPGRADELINK_ORIGIN_PATCHED 3
/** It was there already. */
#define UPGRADELINK_ORIGIN_PRESENT 4
/** The application was started. */
#define UPGRADELINK_EVENT_START 1
/** The download of an upgrade ended, well or badly. */
#define UPGRADELINK_EVENT_DOWNLOAD 2
/** An upgrade ended, well or badly. */
#define UPGRADELINK_EVENT_UPGRADE 3
/** It worked. */
#define UPGRADELINK_OK 0
/** An argument or a setter's value is not usable; nothing was sent. */
#define UPGRADELINK_ERROR_INVALID_ARGUMENT 1
/** The configuration is not usable. */
#define UPGRADELINK_ERROR_CONFIG 2
/** No connection: the name is not known, or nobody answers there. */
#define UPGRADELINK_ERROR_CONNECT 3
/** The server's certificate or the handshake was refused. */
#define UPGRADELINK_ERROR_TLS 4
/** A time limit was reached. */
#define UPGRADELINK_ERROR_TIMEOUT 5
/** The host asked to stop. */
#define UPGRADELINK_ERROR_CANCELLED 6
/** What came is not an answer of the service. */
#define UPGRADELINK_ERROR_REPLY 7
/** The service or a file server refused. */
#define UPGRADELINK_ERROR_SERVICE 8
/** The service does not know the access key, or the signature is wrong. */
#define UPGRADELINK_ERROR_AUTHENTICATION 9
/** The application, the version or the file does not exist. */
#define UPGRADELINK_ERROR_NOT_FOUND 10
/** Too many requests; try later. */
#define UPGRADELINK_ERROR_RATE_LIMITED 11
/** A file or a folder could not be used. */
#define UPGRADELINK_ERROR_IO 12
/** The disk or the quota is full. */
#define UPGRADELINK_ERROR_NO_SPACE 13
/** A size or a hash is not what was promised. */
#define UPGRADELINK_ERROR_VERIFY 14
/** A patch was refused. */
#define UPGRADELINK_ERROR_PATCH 15
/** Somebody else is at it; try later. */
#define UPGRADELINK_ERROR_BUSY 16
/** The offered version is not above the one that runs. */
#define UPGRADELINK_ERROR_DOWNGRADE 17
/** A bug in this library. */
#define UPGRADELINK_ERROR_INTERNAL 18
/** This build or this process cannot do that. */
#define UPGRADELINK_ERROR_UNSUPPORTED 19
/** A connection that stood broke. */
#define UPGRADELINK_ERROR_NETWORK 20
#define UPGRADELINK_STAGE_CONFIG 1
#define UPGRADELINK_STAGE_SIGN 2
#define UPGRADELINK_STAGE_CONNECT 3
#define UPGRADELINK_STAGE_TLS 4
#define UPGRADELINK_STAGE_SEND 5
#define UPGRADELINK_STAGE_RECEIVE 6
#define UPGRADELINK_STAGE_DECODE 7
#define UPGRADELINK_STAGE_SERVICE 8
#define UPGRADELINK_STAGE_DOWNLOAD 9
#define UPGRADELINK_STAGE_VERIFY 10
#define UPGRADELINK_STAGE_PATCH 11
#define UPGRADELINK_STAGE_IO 12


/*
 * Library: its version and features, and what holds for all of it.
 */

/**
 * The version of the library that runs, in the form of `UPGRADELINK_VERSION_NUMBER`.
 *
 * A program that was built with a newer header than the library it meets sees a smaller number
 * here. Threads: any.
 */
UPGRADELINK_API int32_t upgradelink_version_number(void);

/**
 * The version of the library that runs as text, such as `0.1.0`; it is never freed.
 *
 * Threads: any.
 */
UPGRADELINK_API const char *upgradelink_version(void);

/**
 * Whether the library was built with `feature`: `http`, `platform-verifier`, `fetch`, `patch`, `zlib`, `bz2`, `lzma`,
 * `zstd` or `jni`.
 *
 * Functions of a feature that is missing exist and answer `UPGRADELINK_ERROR_UNSUPPORTED`.
 * 0 also for NULL and for names that are not known. Threads: any.
 */
UPGRADELINK_API
int32_t upgradelink_has(const char *feature);

/**
 * Lets signals reach those threads of the library that call back. For a host whose callbacks run in a managed
 * runtime, such as .NET or Mono, which stops threads and makes exceptions of bad accesses by signals.
 *
 * A thread of the library blocks all signals. After this call it takes, before its first callback and until it
 * ends, the signal mask of the host's thread that it comes from. It holds for the whole process and cannot be
 * taken back. Does nothing on Windows. The C# binding calls it by itself. Threads: any.
 */
UPGRADELINK_API
void upgradelink_unblock_signals_in_callbacks(void);


/*
 * Configuration: what a client is made of. It belongs to one thread at a time and can be freed as
 * soon as the client is made; a wrong value is reported by `upgradelink_client_new`.
 */

/**
 * Makes a configuration with the service's own address and the default limits.
 *
 * `access_key` and `secret_key` are the pair from the service's console; both are copied, and the
 * secret is wiped when the last handle that holds it is freed. Never NULL but for lack of memory.
 */
UPGRADELINK_API
upgradelink_config *upgradelink_config_new(const char *access_key,
                                           const char *secret_key);

/**
 * Asks another server: an absolute link such as `https://updates.example.com`, which may have a
 * path that a reverse proxy takes off before the service sees it.
 */
UPGRADELINK_API
void upgradelink_config_set_endpoint(upgradelink_config *config,
                                     const char *endpoint);

/**
 * Allows plain HTTP for the service and for files. Off by default: anybody on the way could then
 * read and change answers and files.
 */
UPGRADELINK_API void upgradelink_config_set_allow_http(upgradelink_config *config, int32_t allow);

/** Limits resolving, connecting and the TLS handshake together. Default: 10,000 ms. */
UPGRADELINK_API
void upgradelink_config_set_connect_timeout_ms(upgradelink_config *config,
                                               uint32_t limit);

/** Limits the wait for the first byte of an answer, and for each further one. Default: 20,000 ms. */
UPGRADELINK_API
void upgradelink_config_set_response_timeout_ms(upgradelink_config *config,
                                                uint32_t limit);

/**
 * Limits a whole call of the service, all its attempts and the pauses between them. A fetch is not
 * bound by it. Default: 30,000 ms.
 */
UPGRADELINK_API
void upgradelink_config_set_total_timeout_ms(upgradelink_config *config,
                                             uint32_t limit);

/**
 * How often a request is sent at most when the network or a server on the way fails, 1 to 100.
 * An answer of the service itself is never asked for again. Default: 3.
 */
UPGRADELINK_API
void upgradelink_config_set_max_attempts(upgradelink_config *config,
                                         uint32_t attempts);

/**
 * The proxy: NULL takes it from the environment (ALL_PROXY, HTTPS_PROXY, HTTP_PROXY, NO_PROXY)
 * when the client is made, which is the default; an empty text means none; else a link such as
 * `http://user:password@proxy.example.com:3128`. SOCKS is not supported: as a link it is refused, in the
 * environment it is passed over.
 */
UPGRADELINK_API
void upgradelink_config_set_proxy(upgradelink_config *config,
                                  const char *proxy);

/**
 * Trusts the certificates in `pem` (`length` bytes of PEM, copied) beside the bundled roots; NULL
 * trusts the bundled ones alone.
 */
UPGRADELINK_API
void upgradelink_config_set_ca_pem(upgradelink_config *config,
                                   const char *pem,
                                   size_t length);

/**
 * Whether the operating system judges certificates, by its own roots and settings, instead of the
 * bundled roots; those of `upgradelink_config_set_ca_pem` are trusted beside. Off by default.
 *
 * `upgradelink_client_new` answers `UNSUPPORTED` where the build or the platform cannot (Android, and
 * builds without the feature `platform-verifier`), and `CONFIG` where the system has no roots: leave
 * it off there.
 */
UPGRADELINK_API
void upgradelink_config_set_platform_roots(upgradelink_config *config,
                                           int32_t use_them);

/** The User-Agent of every request. Default: `upgradelink/` and the version. */
UPGRADELINK_API
void upgradelink_config_set_user_agent(upgradelink_config *config,
                                       const char *user_agent);

/**
 * The device's key, at most 128 characters, by which the service targets groups of devices; NULL
 * for none. A query's own key wins.
 */
UPGRADELINK_API void upgradelink_config_set_device_key(upgradelink_config *config, const char *key);

/**
 * The key of the device's model, at most 128 characters, by which the service targets models; NULL
 * for none. A query's own key wins.
 */
UPGRADELINK_API
void upgradelink_config_set_device_model_key(upgradelink_config *config,
                                             const char *key);

/**
 * Where events wait to be sent, and where the last answers, the user's choices and the plan of checks
 * are kept: a folder of the application's own, made where it is missing, which all its processes may
 * share. NULL, the default, keeps nothing.
 */
UPGRADELINK_API
void upgradelink_config_set_state_folder(upgradelink_config *config,
                                         const char *folder);

/**
 * Pins a public key that may sign files: the line that minisign prints, or the whole of its file.
 * Several may be pinned, one after the other; each file must then have a signature by one of them,
 * unless `upgradelink_config_set_signature_policy` says otherwise.
 *
 * The publisher puts the signature beside the file, under its link with `.minisig` added, made by
 * `minisign -Sm FILE -t "upgradelink kind=KIND app_key=KEY version_code=CODE size=BYTES"`, where KIND
 * is `apk`, `win` and so on.
 */
UPGRADELINK_API
void upgradelink_config_add_public_key(upgradelink_config *config,
                                       const char *key);

/**
 * Whether files need a signature. The default is `UPGRADELINK_SIGNATURE_REQUIRED` where a public key
 * is pinned, `UPGRADELINK_SIGNATURE_OFF` where none is.
 */
UPGRADELINK_API
void upgradelink_config_set_signature_policy(upgradelink_config *config,
                                             upgradelink_signature_policy policy);

/**
 * Lets `log` have every line up to `level`; NULL for none, which is the default.
 *
 * `log` runs on the thread that has something to say, with no lock held, and may call the library.
 * `user_data` must stay usable from any thread until the client is freed and its last operation is
 * over.
 */
UPGRADELINK_API
void upgradelink_config_set_log(upgradelink_config *config,
                                upgradelink_log_level level,
                                upgradelink_log log,
                                void *user_data);

/** Frees the configuration; NULL is nothing. Clients that were made of it go on. */
UPGRADELINK_API void upgradelink_config_free(upgradelink_config *config);


/*
 * Client: asks the service. It may be used from any thread at once, and be freed while its
 * operations run.
 */

/**
 * Makes a client of `config` and checks everything in it. Nothing is sent, but events that an earlier
 * run left in the state folder, in the background.
 *
 * On success `*client` is a new handle, to be freed with `upgradelink_client_free`; `config` is
 * copied and can be freed.
 * Errors: `INVALID_ARGUMENT` for a setter's value that is NULL or not UTF-8, `CONFIG` for one that
 * cannot be used, with its name; `IO`, `NO_SPACE` and `BUSY` from the state folder.
 * Threads: any; `config` may not be changed meanwhile. After `fork` without `exec` a client of
 * the parent answers `UNSUPPORTED` in the child; make a new one there.
 */
UPGRADELINK_API
upgradelink_status upgradelink_client_new(const upgradelink_config *config,
                                          upgradelink_client **client,
                                          upgradelink_error **error);

/**
 * Frees the client; NULL is nothing. Operations that it started go on and keep what they need. The
 * thread that sends events is stopped and waited for; what it had not sent waits on the disk.
 */
UPGRADELINK_API void upgradelink_client_free(upgradelink_client *client);

/**
 * Asks the service what the application in `query` should do now.
 *
 * Blocks the calling thread, at most for the client's total time limit. On success `*strategy`
 * is a new handle, to be freed with `upgradelink_strategy_free`. That the application is already
 * the newest is a success: see `upgradelink_strategy_is_available`. An offer can be gone at the
 * next call, and each call counts against a gradual rollout: act on the strategy at hand.
 * Errors: `INVALID_ARGUMENT` before anything is sent; `CONNECT`, `TLS`, `TIMEOUT`, `NETWORK`,
 * `REPLY` from the way; `AUTHENTICATION`, `NOT_FOUND`, `RATE_LIMITED`, `SERVICE` from the service.
 * Threads: any; `client` may be in use by others, `query` may not be changed meanwhile.
 */
UPGRADELINK_API
upgradelink_status upgradelink_check(const upgradelink_client *client,
                                     const upgradelink_query *query,
                                     upgradelink_strategy **strategy,
                                     upgradelink_error **error);

/**
 * Starts `upgradelink_check` in the background; take the result with
 * `upgradelink_operation_take_strategy`. See the section on operations.
 */
UPGRADELINK_API
upgradelink_status upgradelink_check_start(const upgradelink_client *client,
                                           const upgradelink_query *query,
                                           upgradelink_completion completion,
                                           void *user_data,
                                           upgradelink_operation **operation,
                                           upgradelink_error **error);

/**
 * Asks the service for the details of the version that `query` names.
 *
 * Of the query, kind, app key, version code and architecture are sent. Blocks the calling thread,
 * at most for the client's total time limit. On success `*details` is a new handle, to be freed
 * with `upgradelink_version_details_free`.
 * Errors and threads: as for `upgradelink_check`; `NOT_FOUND` for a version that does not exist.
 */
UPGRADELINK_API
upgradelink_status upgradelink_describe(const upgradelink_client *client,
                                        const upgradelink_query *query,
                                        upgradelink_version_details **details,
                                        upgradelink_error **error);

/**
 * Starts `upgradelink_describe` in the background; take the result with
 * `upgradelink_operation_take_details`. See the section on operations.
 */
UPGRADELINK_API
upgradelink_status upgradelink_describe_start(const upgradelink_client *client,
                                              const upgradelink_query *query,
                                              upgradelink_completion completion,
                                              void *user_data,
                                              upgradelink_operation **operation,
                                              upgradelink_error **error);

/**
 * Asks the service for the figures of the application `app_key`, of any kind.
 *
 * Blocks the calling thread, at most for the client's total time limit. On success `*statistics`
 * is a new handle, to be freed with `upgradelink_statistics_free`.
 * Errors and threads: as for `upgradelink_check`.
 */
UPGRADELINK_API
upgradelink_status upgradelink_measure(const upgradelink_client *client,
                                       const char *app_key,
                                       upgradelink_statistics **statistics,
                                       upgradelink_error **error);

/**
 * Starts `upgradelink_measure` in the background; take the result with
 * `upgradelink_operation_take_statistics`. See the section on operations.
 */
UPGRADELINK_API
upgradelink_status upgradelink_measure_start(const upgradelink_client *client,
                                             const char *app_key,
                                             upgradelink_completion completion,
                                             void *user_data,
                                             upgradelink_operation **operation,
                                             upgradelink_error **error);


/*
 * Query: which application asks, in which version, on which device. It belongs to one thread at a
 * time; a wrong value is reported by the call that uses it.
 */

/**
 * Makes a query of the application `app_key`, which is copied, that runs as `version_code`.
 *
 * `kind` is one of the `UPGRADELINK_KIND_` constants; `version_code` is not 0. Never NULL but for
 * lack of memory.
 */
UPGRADELINK_API
upgradelink_query *upgradelink_query_new(upgradelink_kind kind,
                                         const char *app_key,
                                         int64_t version_code);

/** The machine's architecture, `x64` or `arm64`: required for win, mac and lnx, refused for others. */
UPGRADELINK_API void upgradelink_query_set_arch(upgradelink_query *query, const char *arch);

/**
 * Asks for this version only; 0 for the newest, which is the default. The service offers it only
 * when it is above the version that runs.
 */
UPGRADELINK_API
void upgradelink_query_set_appoint_version_code(upgradelink_query *query,
                                                int64_t version_code);

/** The device's key, at most 128 characters; NULL takes the configuration's. */
UPGRADELINK_API void upgradelink_query_set_device_key(upgradelink_query *query, const char *key);

/** The key of the device's model, at most 128 characters; NULL takes the configuration's. */
UPGRADELINK_API
void upgradelink_query_set_device_model_key(upgradelink_query *query,
                                            const char *key);

/**
 * Which patch the application can apply: one of the `UPGRADELINK_PATCH_` constants; for apk only.
 * The strategy says what the service gives.
 */
UPGRADELINK_API void upgradelink_query_set_patch_algo(upgradelink_query *query, int32_t algo);

/** Frees the query; NULL is nothing. Operations that were started with it go on. */
UPGRADELINK_API void upgradelink_query_free(upgradelink_query *query);


/*
 * Strategy: what the service says to do. Immutable; may be read from any thread. Texts live until
 * the strategy is freed; NULL means that the service gave none.
 */

/** Whether there is an upgrade; 0 when the application is already the newest for this device. */
UPGRADELINK_API int32_t upgradelink_strategy_is_available(const upgradelink_strategy *strategy);

/** The kind that was asked for. */
UPGRADELINK_API upgradelink_kind upgradelink_strategy_kind(const upgradelink_strategy *strategy);

/** The application that was asked for. */
UPGRADELINK_API const char *upgradelink_strategy_app_key(const upgradelink_strategy *strategy);

/** The application's package name; apk, win, mac and lnx only. */
UPGRADELINK_API const char *upgradelink_strategy_package_name(const upgradelink_strategy *strategy);

/** The offered version for people, such as `v2`. */
UPGRADELINK_API const char *upgradelink_strategy_version_name(const upgradelink_strategy *strategy);

/** The offered version; 0 without an upgrade. */
UPGRADELINK_API int64_t upgradelink_strategy_version_code(const upgradelink_strategy *strategy);

/** The link to the file. For url applications it is whatever the publisher typed. */
UPGRADELINK_API const char *upgradelink_strategy_url(const upgradelink_strategy *strategy);

/** The size of the file in bytes; `UPGRADELINK_SIZE_UNKNOWN` when the service gives none. */
UPGRADELINK_API uint64_t upgradelink_strategy_file_size(const upgradelink_strategy *strategy);

/** The MD5 of the file, as it came: meant to be 32 hex digits. Often not given. */
UPGRADELINK_API const char *upgradelink_strategy_file_md5(const upgradelink_strategy *strategy);

/** How urgent the upgrade is. */
UPGRADELINK_API
upgradelink_upgrade_type upgradelink_strategy_upgrade_type(const upgradelink_strategy *strategy);

/** What to show to the user. */
UPGRADELINK_API const char *upgradelink_strategy_prompt(const upgradelink_strategy *strategy);

/** Which patch the service gives; anything but `UPGRADELINK_PATCH_HDIFFPATCH` means the full file. */
UPGRADELINK_API
upgradelink_patch_algo upgradelink_strategy_patch_algo(const upgradelink_strategy *strategy);

/** The link to the patch. */
UPGRADELINK_API const char *upgradelink_strategy_patch_url(const upgradelink_strategy *strategy);

/** The size of the patch in bytes; `UPGRADELINK_SIZE_UNKNOWN` when the service gives none. */
UPGRADELINK_API uint64_t upgradelink_strategy_patch_file_size(const upgradelink_strategy *strategy);

/** The MD5 of the patch, as it came. */
UPGRADELINK_API
const char *upgradelink_strategy_patch_file_md5(const upgradelink_strategy *strategy);

/** The JSON object of a configuration, byte for byte as the service sent it. */
UPGRADELINK_API const char *upgradelink_strategy_content(const upgradelink_strategy *strategy);

/** What the service says beside its code. */
UPGRADELINK_API const char *upgradelink_strategy_message(const upgradelink_strategy *strategy);

/** How old the answer is: 0, unless it comes from `upgradelink_last_strategy`. */
UPGRADELINK_API uint64_t upgradelink_strategy_age_ms(const upgradelink_strategy *strategy);

/**
 * The service's whole reply as it came, with fields that this library does not know. `*length`, unless
 * NULL, is its length in bytes without the NUL at its end. NULL for NULL.
 */
UPGRADELINK_API
const char *upgradelink_strategy_json(const upgradelink_strategy *strategy,
                                      size_t *length);

/** Frees the strategy and its texts; NULL is nothing. */
UPGRADELINK_API void upgradelink_strategy_free(upgradelink_strategy *strategy);


/*
 * Version details: what the service knows of one version. Immutable; may be read from any thread.
 * Texts live until the details are freed; NULL means that the service gave none.
 */

/** The application that was asked for. */
UPGRADELINK_API
const char *upgradelink_version_details_app_key(const upgradelink_version_details *details);

/** Its package name; apk, win, mac and lnx only. */
UPGRADELINK_API
const char *upgradelink_version_details_package_name(const upgradelink_version_details *details);

/** The version for people, such as `v2`. */
UPGRADELINK_API
const char *upgradelink_version_details_version_name(const upgradelink_version_details *details);

/** The version's code. */
UPGRADELINK_API
int64_t upgradelink_version_details_version_code(const upgradelink_version_details *details);

/** What the publisher wrote about the version. */
UPGRADELINK_API
const char *upgradelink_version_details_description(const upgradelink_version_details *details);

/**
 * The service's whole reply as it came. `*length`, unless NULL, is its length in bytes without the
 * NUL at its end. NULL for NULL.
 */
UPGRADELINK_API
const char *upgradelink_version_details_json(const upgradelink_version_details *details,
                                             size_t *length);

/** Frees the details and their texts; NULL is nothing. */
UPGRADELINK_API void upgradelink_version_details_free(upgradelink_version_details *details);


/*
 * Statistics: the figures of an application. Immutable; may be read from any thread. Texts live
 * until the statistics are freed.
 */

/** How many downloads yesterday. */
UPGRADELINK_API
int64_t upgradelink_statistics_yesterday_download_count(const upgradelink_statistics *statistics);

/** How many downloads so far. */
UPGRADELINK_API
int64_t upgradelink_statistics_total_download_count(const upgradelink_statistics *statistics);

/** How many strategies given yesterday. */
UPGRADELINK_API
int64_t upgradelink_statistics_yesterday_strategy_count(const upgradelink_statistics *statistics);

/** How many strategies given so far. */
UPGRADELINK_API
int64_t upgradelink_statistics_total_strategy_count(const upgradelink_statistics *statistics);

/** How many upgrades reported yesterday. */
UPGRADELINK_API
int64_t upgradelink_statistics_yesterday_upgrade_count(const upgradelink_statistics *statistics);

/** How many upgrades reported so far. */
UPGRADELINK_API
int64_t upgradelink_statistics_total_upgrade_count(const upgradelink_statistics *statistics);

/** How many starts reported yesterday. */
UPGRADELINK_API
int64_t upgradelink_statistics_yesterday_start_count(const upgradelink_statistics *statistics);

/** How many starts reported so far. */
UPGRADELINK_API
int64_t upgradelink_statistics_total_start_count(const upgradelink_statistics *statistics);

/** How many days the service gives figures of, 7 as a rule. */
UPGRADELINK_API size_t upgradelink_statistics_day_count(const upgradelink_statistics *statistics);

/** The name of a day, as the service writes it; NULL when `day` is not below the day count. */
UPGRADELINK_API
const char *upgradelink_statistics_day_name(const upgradelink_statistics *statistics,
                                            size_t day);

/**
 * A figure of a day: `series` is one of the `UPGRADELINK_SERIES_` constants; 0 for any other, and
 * when `day` is not below the day count.
 */
UPGRADELINK_API
int64_t upgradelink_statistics_day_value(const upgradelink_statistics *statistics,
                                         upgradelink_series series,
                                         size_t day);

/**
 * The service's whole reply as it came. `*length`, unless NULL, is its length in bytes without the
 * NUL at its end. NULL for NULL.
 */
UPGRADELINK_API
const char *upgradelink_statistics_json(const upgradelink_statistics *statistics,
                                        size_t *length);

/** Frees the statistics and their texts; NULL is nothing. */
UPGRADELINK_API void upgradelink_statistics_free(upgradelink_statistics *statistics);


/*
 * Fetch: from a strategy to a file that is exactly what was promised. Options belong to one thread
 * at a time.
 */

/**
 * Makes options for fetching into `folder`, which is made when it is not there.
 *
 * While a file grows, `<name>.part` and `<name>.resume` stand beside it, and `<name>.lock` keeps
 * others away. They and the file are readable for this user alone. Never NULL but for lack of
 * memory.
 */
UPGRADELINK_API upgradelink_fetch_options *upgradelink_fetch_options_new(const char *folder);

/**
 * The file that runs, to which a patch applies; NULL for none, which is the default. It is only
 * read. With it a patch is taken where the strategy offers one and a hash of the file is known, and the
 * full file where the patch fails, unless the call was cancelled or the disk is full.
 */
UPGRADELINK_API
void upgradelink_fetch_options_set_base_file(upgradelink_fetch_options *options,
                                             const char *path);

/**
 * The name of the file in the folder: one component without separators. NULL takes it from the
 * link, reduced to a safe one, which is the default.
 */
UPGRADELINK_API
void upgradelink_fetch_options_set_file_name(upgradelink_fetch_options *options,
                                             const char *name);

/** The SHA-256 that the file must have, as 64 hex digits, where the host knows it; NULL for none. */
UPGRADELINK_API
void upgradelink_fetch_options_set_sha256(upgradelink_fetch_options *options,
                                          const char *sha256);

/**
 * Whether a file is refused for which neither the service nor the host gives a hash. Off by
 * default: the service often gives none for win, mac and lnx.
 */
UPGRADELINK_API
void upgradelink_fetch_options_set_require_hash(upgradelink_fetch_options *options,
                                                int32_t require);

/**
 * The largest file that is taken, in bytes; `UPGRADELINK_SIZE_UNKNOWN` for any, which is the
 * default.
 */
UPGRADELINK_API
void upgradelink_fetch_options_set_max_size(upgradelink_fetch_options *options,
                                            uint64_t most);

/** Whether a version that is not above the one that runs may be fetched. Off by default. */
UPGRADELINK_API
void upgradelink_fetch_options_set_allow_downgrade(upgradelink_fetch_options *options,
                                                   int32_t allow);

/** How long less than 1,024 bytes may come before a connection is given up. Default: 30,000 ms. */
UPGRADELINK_API
void upgradelink_fetch_options_set_stall_timeout_ms(upgradelink_fetch_options *options,
                                                    uint32_t limit);

/**
 * How long to wait while another thread or process fetches the same file into the same folder;
 * then, and with 0 at once, which is the default, the call ends with `UPGRADELINK_ERROR_BUSY`.
 */
UPGRADELINK_API
void upgradelink_fetch_options_set_lock_wait_ms(upgradelink_fetch_options *options,
                                                uint32_t wait);

/**
 * Whether what has come stays for the next call when this one fails or is cancelled. On by
 * default.
 */
UPGRADELINK_API
void upgradelink_fetch_options_set_keep_partial(upgradelink_fetch_options *options,
                                                int32_t keep);

/** The most bytes that are taken in a second; 0 for as many as come, which is the default. */
UPGRADELINK_API
void upgradelink_fetch_options_set_max_bytes_per_second(upgradelink_fetch_options *options,
                                                        uint64_t most);

/**
 * Whether the service is told how the fetch of a strategy ended, as an event of type
 * `UPGRADELINK_EVENT_DOWNLOAD`. Off by default. With a state folder that costs no time; without one
 * the call may take up to five seconds longer.
 */
UPGRADELINK_API
void upgradelink_fetch_options_set_report(upgradelink_fetch_options *options,
                                          int32_t report);

/** Frees the options; NULL is nothing. Operations that were started with them go on. */
UPGRADELINK_API void upgradelink_fetch_options_free(upgradelink_fetch_options *options);

/**
 * Fetches the file of `strategy`: downloads or patches it, checks it, and puts it in its place.
 *
 * Blocks the calling thread for as long as it takes; `progress`, which may be NULL, runs on it. On
 * success `*artifact` is a new handle, to be freed with `upgradelink_artifact_free`, and the file
 * stands under its name in one step, matching every size and hash that was given. What an earlier
 * call left is gone on with. On an error nothing stands under the name that was not there before.
 * What the network or the file's server breaks off is tried again; where the server asks for a pause of
 * more than a minute, the call ends instead, with that pause in the error.
 * Errors: `INVALID_ARGUMENT` for a strategy without an upgrade or of a kind without files;
 * `DOWNGRADE`; `VERIFY` for a file or a promise that is wrong; `BUSY`, `IO`, `NO_SPACE` from the
 * folder; `CONNECT`, `TLS`, `TIMEOUT`, `NETWORK` once repetition did not help; `NOT_FOUND`,
 * `RATE_LIMITED`, `SERVICE` from the file's server; `CANCELLED`.
 * Threads: any; `client` and `strategy` may be in use by others, `options` not be changed meanwhile.
 */
UPGRADELINK_API
upgradelink_status upgradelink_fetch(const upgradelink_client *client,
                                     const upgradelink_strategy *strategy,
                                     const upgradelink_fetch_options *options,
                                     upgradelink_progress progress,
                                     void *user_data,
                                     upgradelink_artifact **artifact,
                                     upgradelink_error **error);

/**
 * Starts `upgradelink_fetch` in the background, `progress` included; take the result with
 * `upgradelink_operation_take_artifact`. See the section on operations.
 */
UPGRADELINK_API
upgradelink_status upgradelink_fetch_start(const upgradelink_client *client,
                                           const upgradelink_strategy *strategy,
                                           const upgradelink_fetch_options *options,
                                           upgradelink_progress progress,
                                           upgradelink_completion completion,
                                           void *user_data,
                                           upgradelink_operation **operation,
                                           upgradelink_error **error);

/**
 * Fetches a file that the host itself knows of: `url` is an http(s) link, `size` its bytes or
 * `UPGRADELINK_SIZE_UNKNOWN`, `md5` 32 hex digits or NULL. A SHA-256 goes into the options.
 *
 * Errors and threads: as for `upgradelink_fetch`; `INVALID_ARGUMENT` where the configuration asks for
 * signatures, which could be bound to no version.
 */
UPGRADELINK_API
upgradelink_status upgradelink_fetch_link(const upgradelink_client *client,
                                          const char *url,
                                          uint64_t size,
                                          const char *md5,
                                          const upgradelink_fetch_options *options,
                                          upgradelink_progress progress,
                                          void *user_data,
                                          upgradelink_artifact **artifact,
                                          upgradelink_error **error);

/**
 * Starts `upgradelink_fetch_link` in the background, `progress` included; take the result with
 * `upgradelink_operation_take_artifact`. See the section on operations.
 */
UPGRADELINK_API
upgradelink_status upgradelink_fetch_link_start(const upgradelink_client *client,
                                                const char *url,
                                                uint64_t size,
                                                const char *md5,
                                                const upgradelink_fetch_options *options,
                                                upgradelink_progress progress,
                                                upgradelink_completion completion,
                                                void *user_data,
                                                upgradelink_operation **operation,
                                                upgradelink_error **error);


/*
 * Artifact: a file that is exactly what was promised. It is immutable and may be read from any thread.
 */

/** Where the file is: the folder that was given, and its name. */
UPGRADELINK_API const char *upgradelink_artifact_path(const upgradelink_artifact *artifact);

/** The size of the file in bytes. */
UPGRADELINK_API uint64_t upgradelink_artifact_size(const upgradelink_artifact *artifact);

/** The MD5 of the file in lowercase hex, whether it was promised or not. */
UPGRADELINK_API const char *upgradelink_artifact_md5(const upgradelink_artifact *artifact);

/** The SHA-256 of the file in lowercase hex, whether it was promised or not. */
UPGRADELINK_API const char *upgradelink_artifact_sha256(const upgradelink_artifact *artifact);

/** How the file came. */
UPGRADELINK_API
upgradelink_origin upgradelink_artifact_origin(const upgradelink_artifact *artifact);

/**
 * What was compared with a promise: the sum of some `UPGRADELINK_CHECKED_` constants; 0 when
 * nothing was promised.
 */
UPGRADELINK_API uint32_t upgradelink_artifact_checked(const upgradelink_artifact *artifact);

/** How many bytes were taken from the network for it in this call, those in vain too. */
UPGRADELINK_API uint64_t upgradelink_artifact_network_bytes(const upgradelink_artifact *artifact);

/** Why a patch that was offered did not lead to the file; NULL when none was tried, or it did. */
UPGRADELINK_API
const char *upgradelink_artifact_patch_failure(const upgradelink_artifact *artifact);

/** Frees the artifact and its texts; NULL is nothing. The file stays. */
UPGRADELINK_API void upgradelink_artifact_free(upgradelink_artifact *artifact);


/*
 * Patches: HDiffPatch, applied from file to file without the network. Options belong to one thread
 * at a time; what an inspection found is immutable and may be read from any thread.
 */

/** Makes options that demand nothing. Never NULL but for lack of memory. */
UPGRADELINK_API upgradelink_patch_options *upgradelink_patch_options_new(void);

/** The size that the new file must have, in bytes; `UPGRADELINK_SIZE_UNKNOWN` for any. */
UPGRADELINK_API
void upgradelink_patch_options_set_expected_size(upgradelink_patch_options *options,
                                                 uint64_t size);

/**
 * The MD5 that the new file must have, as 32 hex digits; NULL for any. Most patches carry no
 * checksum: without it a base file that is not the right one makes a wrong file without an error.
 */
UPGRADELINK_API
void upgradelink_patch_options_set_expected_md5(upgradelink_patch_options *options,
                                                const char *md5);

/**
 * The most memory for the windows of all decoders together, in bytes. Default: 128 MiB, on Android
 * 32 MiB.
 */
UPGRADELINK_API
void upgradelink_patch_options_set_max_window(upgradelink_patch_options *options,
                                              uint64_t most);

/** Frees the options; NULL is nothing. Operations that were started with them go on. */
UPGRADELINK_API void upgradelink_patch_options_free(upgradelink_patch_options *options);

/**
 * Rebuilds the file at `output_path` from the one at `base_path` and the patch at `patch_path`.
 *
 * Reads HDIFF13, HDIFFSF20, HDIFFW26, BSDIFF40 and ENDSLEY/BSDIFF43. `options` may be NULL. Blocks
 * the calling thread; `progress`, which may be NULL, runs on it. The new file appears in one step
 * when everything is right; on an error what stood at `output_path` stays. Memory is bounded
 * whatever the sizes.
 * Errors: `PATCH` for a patch that is malformed, not supported, asks for too much or was made for a
 * base of another size; `VERIFY` when the result is not what was expected; `IO`, `NO_SPACE`,
 * `CANCELLED`.
 * Threads: any; `options` may not be changed meanwhile.
 */
UPGRADELINK_API
upgradelink_status upgradelink_patch_apply(const char *base_path,
                                           const char *patch_path,
                                           const char *output_path,
                                           const upgradelink_patch_options *options,
                                           upgradelink_progress progress,
                                           void *user_data,
                                           upgradelink_error **error);

/**
 * Starts `upgradelink_patch_apply` in the background, `progress` included; take its end with
 * `upgradelink_operation_take_nothing`. See the section on operations.
 */
UPGRADELINK_API
upgradelink_status upgradelink_patch_apply_start(const char *base_path,
                                                 const char *patch_path,
                                                 const char *output_path,
                                                 const upgradelink_patch_options *options,
                                                 upgradelink_progress progress,
                                                 upgradelink_completion completion,
                                                 void *user_data,
                                                 upgradelink_operation **operation,
                                                 upgradelink_error **error);

/**
 * Reads the header of the patch at `path`. On success `*info` is a new handle, to be freed with
 * `upgradelink_patch_info_free`.
 *
 * Errors: `PATCH` when it is no patch or one that is not supported; `IO`. Threads: any.
 */
UPGRADELINK_API
upgradelink_status upgradelink_patch_inspect(const char *path,
                                             upgradelink_patch_info **info,
                                             upgradelink_error **error);

/** The container, such as `HDIFF13`. */
UPGRADELINK_API const char *upgradelink_patch_info_container(const upgradelink_patch_info *info);

/** The compressor as the patch names it, such as `zstd`; empty where it names none. */
UPGRADELINK_API const char *upgradelink_patch_info_compressor(const upgradelink_patch_info *info);

/**
 * The size of the base file that the patch was made for; `UPGRADELINK_SIZE_UNKNOWN` where the
 * container does not say.
 */
UPGRADELINK_API uint64_t upgradelink_patch_info_old_size(const upgradelink_patch_info *info);

/** The size of the file that the patch makes. */
UPGRADELINK_API uint64_t upgradelink_patch_info_new_size(const upgradelink_patch_info *info);

/** Frees what the inspection found; NULL is nothing. */
UPGRADELINK_API void upgradelink_patch_info_free(upgradelink_patch_info *info);


/*
 * Event: what an application tells the service. It belongs to one thread at a time; a wrong value is
 * reported by the call that uses it.
 */

/**
 * Makes an event of the application `app_key`, which is copied, that runs as `version_code`. It
 * happens now.
 *
 * `event_type` is one of the `UPGRADELINK_EVENT_` constants. For an upgrade `version_code` is the
 * version that was upgraded from. Never NULL but for lack of memory.
 */
UPGRADELINK_API
upgradelink_event *upgradelink_event_new(upgradelink_event_type event_type,
                                         const char *app_key,
                                         int64_t version_code);

/** When it happened, in milliseconds since 1970; by default when the event was made. */
UPGRADELINK_API void upgradelink_event_set_time(upgradelink_event *event, int64_t unix_ms);

/**
 * When the application was started, in milliseconds since 1970; by default when the event
 * happened. For starts only.
 */
UPGRADELINK_API void upgradelink_event_set_launch_time(upgradelink_event *event, int64_t unix_ms);

/** The version that was downloaded. Downloads need it; it is for them only. */
UPGRADELINK_API
void upgradelink_event_set_download_version_code(upgradelink_event *event,
                                                 int64_t version_code);

/** The version that was upgraded to. Upgrades need it; it is for them only. */
UPGRADELINK_API
void upgradelink_event_set_upgrade_version_code(upgradelink_event *event,
                                                int64_t version_code);

/**
 * How it ended: 0, the default, for success, 1 for a failure, 1001 for a failed download, 1002 for
 * too little space, 1003 for a failed file operation, 1004 for a wrong MD5, or any number of your
 * own. For downloads and upgrades only.
 */
UPGRADELINK_API void upgradelink_event_set_code(upgradelink_event *event, int64_t code);

/** The device's key, at most 128 characters; NULL takes the configuration's. */
UPGRADELINK_API void upgradelink_event_set_device_key(upgradelink_event *event, const char *key);

/** The key of the device's model, at most 128 characters; NULL takes the configuration's. */
UPGRADELINK_API
void upgradelink_event_set_device_model_key(upgradelink_event *event,
                                            const char *key);

/** The operating system, such as `darwin`, at most 128 characters; NULL for none. */
UPGRADELINK_API void upgradelink_event_set_target(upgradelink_event *event, const char *target);

/** The machine's architecture, such as `x86_64`, at most 128 characters; NULL for none. */
UPGRADELINK_API void upgradelink_event_set_arch(upgradelink_event *event, const char *arch);

/**
 * Tells the service of `event`.
 *
 * With a state folder the event is safely on the disk when this succeeds, and nothing is waited for:
 * it is sent in the background, again and again until the service has answered, by this client or a
 * later one. Each type keeps its order. An event that the service refuses for good is given up, and one
 * that fails when it is more than two weeks old; at most 1,000 wait, and the oldest gives way. Without a
 * state folder success means that the service has answered, and the calling thread is blocked, at most
 * for the client's total time limit.
 * Errors: `INVALID_ARGUMENT` before anything is done; with a state folder `IO`, `NO_SPACE` and, while
 * another process does not let go of it, `BUSY`; without one as for `upgradelink_check`.
 * Threads: any; `client` may be in use by others, `event` may not be changed meanwhile.
 */
UPGRADELINK_API
upgradelink_status upgradelink_report(const upgradelink_client *client,
                                      const upgradelink_event *event,
                                      upgradelink_error **error);

/**
 * Starts `upgradelink_report` in the background; see how it ended with
 * `upgradelink_operation_take_nothing`. Cancelled or freed before the event is on the disk, it may
 * lose the event. See the section on operations.
 */
UPGRADELINK_API
upgradelink_status upgradelink_report_start(const upgradelink_client *client,
                                            const upgradelink_event *event,
                                            upgradelink_completion completion,
                                            void *user_data,
                                            upgradelink_operation **operation,
                                            upgradelink_error **error);

/**
 * Sends the events that wait in the state folder, for at most `timeout_ms`. For a program that is
 * about to end; one that runs on need not call it.
 *
 * Errors: `BUSY` when events still wait: the time is over, another process is sending them, or the
 * service failed on them before and they are set aside (`upgradelink_error_retry_after_ms` tells for
 * how long); `IO` and `NO_SPACE` from the state folder. Success without a state folder.
 * Threads: any.
 */
UPGRADELINK_API
upgradelink_status upgradelink_flush(const upgradelink_client *client,
                                     uint32_t timeout_ms,
                                     upgradelink_error **error);

/**
 * Tells how many events wait in the state folder, and how many were dropped since it was made because
 * there were too many, they became too old or the service refused them for good.
 *
 * `*waiting` and `*dropped` are set to 0 on entry; either may be NULL. Both stay 0 without a state folder.
 * Errors: `IO`, `NO_SPACE` and `BUSY` from the state folder. Threads: any.
 */
UPGRADELINK_API
upgradelink_status upgradelink_count_events(const upgradelink_client *client,
                                            uint64_t *waiting,
                                            uint64_t *dropped,
                                            upgradelink_error **error);

/**
 * Remembers in the state folder that the application is about to become the version that `strategy`
 * offers, so that this version can report it: see `upgradelink_report_started`. Call it before the
 * installer is started.
 *
 * Errors: `CONFIG` without a state folder; `IO`, `NO_SPACE` and `BUSY` from it. Threads: any.
 */
UPGRADELINK_API
upgradelink_status upgradelink_remember_upgrade(const upgradelink_client *client,
                                                const upgradelink_strategy *strategy,
                                                upgradelink_error **error);

/**
 * Reports that the application `app_key` was started as `version_code`, and before it the upgrade to
 * that version, if one was remembered. Call it once at each start.
 *
 * Errors and threads: as for `upgradelink_report`.
 */
UPGRADELINK_API
upgradelink_status upgradelink_report_started(const upgradelink_client *client,
                                              const char *app_key,
                                              int64_t version_code,
                                              upgradelink_error **error);

/** Frees the event; NULL is nothing. It is reported all the same. */
UPGRADELINK_API void upgradelink_event_free(upgradelink_event *event);


/*
 * Memory: what the state folder keeps between runs: the last answer to each query, and what the user
 * chose about upgrades.
 */

/**
 * Gives the service's last answer to `query`, of this run or an earlier one. Nothing is sent, and
 * nothing counts against a gradual rollout.
 *
 * On success `*strategy` is a new handle, to be freed with `upgradelink_strategy_free`;
 * `upgradelink_strategy_age_ms` tells how old the answer is. Its links may have expired since.
 * Errors: `NOT_FOUND` when no answer to this very query is kept, or when it was changed by somebody
 * else; `CONFIG` without a state folder; `IO` and `BUSY` from it.
 * Threads: any; `query` may not be changed meanwhile.
 */
UPGRADELINK_API
upgradelink_status upgradelink_last_strategy(const upgradelink_client *client,
                                             const upgradelink_query *query,
                                             upgradelink_strategy **strategy,
                                             upgradelink_error **error);

/**
 * Remembers that the user wants to hear nothing of the application's upgrades before `until_unix_ms`,
 * in milliseconds since 1970; a time that is over ends that.
 *
 * Errors: `CONFIG` without a state folder; `IO`, `NO_SPACE` and `BUSY` from it. Threads: any.
 */
UPGRADELINK_API
upgradelink_status upgradelink_snooze(const upgradelink_client *client,
                                      const upgradelink_strategy *strategy,
                                      int64_t until_unix_ms,
                                      upgradelink_error **error);

/**
 * Remembers that the user does not want the version that `strategy` offers; a later one is offered.
 *
 * Errors and threads: as for `upgradelink_snooze`.
 */
UPGRADELINK_API
upgradelink_status upgradelink_skip(const upgradelink_client *client,
                                    const upgradelink_strategy *strategy,
                                    upgradelink_error **error);

/**
 * Whether the upgrade in `strategy` is to be offered to the user now: it is available, and neither
 * snoozed nor skipped. A forced one is always to be offered. Threads: any.
 */
UPGRADELINK_API
int32_t upgradelink_is_wanted(const upgradelink_client *client,
                              const upgradelink_strategy *strategy);


/*
 * Scheduler: calls back when it is time to check, so that a fleet of devices never becomes a crowd.
 * It may be used from any thread at once, but freed only when nobody uses it any more.
 */

/**
 * Makes a scheduler that checks `query` each `interval_ms`, which is at least 1,000 and for most
 * applications a day: 86,400,000. It does not run yet.
 *
 * The first check comes within a minute of the first start, the second at a random moment about an
 * interval later, and from then on the device keeps to that moment. After a failure the pauses grow,
 * and are never shorter than the service asks for. With a state folder all that outlives the process.
 * On success `*scheduler` is a new handle, to be freed with `upgradelink_scheduler_free`; `query` is
 * copied. Errors: `INVALID_ARGUMENT`. Threads: any; `query` may not be changed meanwhile.
 */
UPGRADELINK_API
upgradelink_status upgradelink_scheduler_new(const upgradelink_client *client,
                                             const upgradelink_query *query,
                                             uint32_t interval_ms,
                                             upgradelink_scheduler **scheduler,
                                             upgradelink_error **error);

/**
 * Starts a thread that calls `due` whenever it is time to check. A host with timers of its own can
 * do without: see `upgradelink_scheduler_due_in_ms`.
 *
 * `user_data` must stay usable until the scheduler has stopped.
 * Errors: `INVALID_ARGUMENT` when it runs already or `due` is NULL; `INTERNAL` when no thread can be
 * made. Threads: any.
 */
UPGRADELINK_API
upgradelink_status upgradelink_scheduler_start(upgradelink_scheduler *scheduler,
                                               upgradelink_due due,
                                               void *user_data,
                                               upgradelink_error **error);

/**
 * Asks the service as `upgradelink_check` does, and plans the next check by how this one ends. It can
 * be called at any time, for a user who does not want to wait too.
 *
 * On success `*strategy` is a new handle, to be freed with `upgradelink_strategy_free`.
 * Errors: `BUSY` while the query is being checked, by another process of the state folder too;
 * `CANCELLED` when the scheduler is stopped meanwhile; else as for `upgradelink_check`.
 * Threads: any.
 */
UPGRADELINK_API
upgradelink_status upgradelink_scheduler_check(const upgradelink_scheduler *scheduler,
                                               upgradelink_strategy **strategy,
                                               upgradelink_error **error);

/** How many milliseconds remain until the next check is due; 0 when it is, and for NULL. Threads: any. */
UPGRADELINK_API
uint64_t upgradelink_scheduler_due_in_ms(const upgradelink_scheduler *scheduler);

/**
 * Stops calling `due`, and cancels a check that the scheduler makes. Returns when the thread is over
 * and `user_data` is not used any more; within `due` it returns at once. It can be started again.
 *
 * Threads: any.
 */
UPGRADELINK_API
void upgradelink_scheduler_stop(upgradelink_scheduler *scheduler);

/** Stops the scheduler and frees it; NULL is nothing. May be called within `due`. */
UPGRADELINK_API void upgradelink_scheduler_free(upgradelink_scheduler *scheduler);


/*
 * Operations: calls that run in the background on a thread of the library. An operation may be
 * used from any thread at once, but freed only when nobody uses it any more.
 */

/**
 * Waits until the operation is over and its completion has returned, at most `timeout_ms`
 * (`UPGRADELINK_WAIT_FOREVER` for no limit).
 *
 * Returns whether it is over. Within the completion it returns true at once.
 */
UPGRADELINK_API
int32_t upgradelink_operation_wait(const upgradelink_operation *operation,
                                   uint32_t timeout_ms);

/** Whether the result can be taken, which is so from the moment the completion begins. */
UPGRADELINK_API int32_t upgradelink_operation_is_done(const upgradelink_operation *operation);

/**
 * Asks the operation to end with `UPGRADELINK_ERROR_CANCELLED`, and returns at once; the
 * completion still runs. Without effect once the result is there.
 */
UPGRADELINK_API void upgradelink_operation_cancel(upgradelink_operation *operation);

/**
 * Takes the result of `upgradelink_check_start`, as `upgradelink_check` would have given it.
 *
 * Errors: those of the call; `INVALID_ARGUMENT` while it runs, when the result was taken before,
 * and for an operation of another kind.
 */
UPGRADELINK_API
upgradelink_status upgradelink_operation_take_strategy(upgradelink_operation *operation,
                                                       upgradelink_strategy **strategy,
                                                       upgradelink_error **error);

/**
 * Takes the result of `upgradelink_describe_start`, as `upgradelink_describe` would have given it.
 *
 * Errors: as for `upgradelink_operation_take_strategy`.
 */
UPGRADELINK_API
upgradelink_status upgradelink_operation_take_details(upgradelink_operation *operation,
                                                      upgradelink_version_details **details,
                                                      upgradelink_error **error);

/**
 * Takes the result of `upgradelink_measure_start`, as `upgradelink_measure` would have given it.
 *
 * Errors: as for `upgradelink_operation_take_strategy`.
 */
UPGRADELINK_API
upgradelink_status upgradelink_operation_take_statistics(upgradelink_operation *operation,
                                                         upgradelink_statistics **statistics,
                                                         upgradelink_error **error);

/**
 * Takes the result of `upgradelink_fetch_start` or `upgradelink_fetch_link_start`, as
 * `upgradelink_fetch` would have given it.
 *
 * Errors: as for `upgradelink_operation_take_strategy`.
 */
UPGRADELINK_API
upgradelink_status upgradelink_operation_take_artifact(upgradelink_operation *operation,
                                                       upgradelink_artifact **artifact,
                                                       upgradelink_error **error);

/**
 * Tells how an operation without a result ended, such as `upgradelink_report_start` or
 * `upgradelink_patch_apply_start`.
 *
 * Errors: as for `upgradelink_operation_take_strategy`.
 */
UPGRADELINK_API
upgradelink_status upgradelink_operation_take_nothing(upgradelink_operation *operation,
                                                      upgradelink_error **error);

/**
 * Cancels the operation if it still runs, and gives the handle back; NULL is nothing. The
 * completion still runs once.
 *
 * May be called within the completion, never beside another call on the same handle. Where the
 * start was given no place for the operation, the one that the completion sees is not the host's:
 * freeing it only cancels.
 */
UPGRADELINK_API void upgradelink_operation_free(upgradelink_operation *operation);


/*
 * Transport: the host's own HTTP, used for everything in place of the built-in one. Set the
 * callbacks, give it to a configuration, and free it; clients keep what they need.
 */

/**
 * Makes a transport without callbacks; `user_data` is passed to each of them, from any thread, also
 * after the last client is freed where a call of the host's still blocks: the release says when it is
 * over. Never NULL but for lack of memory.
 */
UPGRADELINK_API
upgradelink_transport *upgradelink_transport_new(void *user_data);

/** How requests are sent; required. */
UPGRADELINK_API
void upgradelink_transport_set_open(upgradelink_transport *transport,
                                    upgradelink_transport_open open);

/** How bodies are read; required. */
UPGRADELINK_API
void upgradelink_transport_set_read(upgradelink_transport *transport,
                                    upgradelink_transport_read read);

/** How streams are closed; NULL where that needs nothing. */
UPGRADELINK_API
void upgradelink_transport_set_close(upgradelink_transport *transport,
                                     upgradelink_transport_close close);

/** How a request that blocks is told to stop; NULL lets it end by itself. */
UPGRADELINK_API
void upgradelink_transport_set_cancel(upgradelink_transport *transport,
                                      upgradelink_transport_cancel cancel);

/**
 * Who is told when the transport, every configuration and client with it and every call of theirs are
 * gone; NULL for nobody.
 */
UPGRADELINK_API
void upgradelink_transport_set_release(upgradelink_transport *transport,
                                       upgradelink_transport_release release);

/** Frees the transport; NULL is nothing. Configurations and clients that have it go on. */
UPGRADELINK_API void upgradelink_transport_free(upgradelink_transport *transport);

/**
 * Lets clients of `config` send everything through `transport`, which is copied; NULL takes the
 * built-in HTTP, which is the default. Proxy and certificates are then the host's business; limits
 * and cancelling stay the library's.
 */
UPGRADELINK_API
void upgradelink_config_set_transport(upgradelink_config *config,
                                      const upgradelink_transport *transport);

/** `GET` or `POST`. */
UPGRADELINK_API
const char *upgradelink_transport_request_method(const upgradelink_transport_request *request);

/** The absolute link. */
UPGRADELINK_API
const char *upgradelink_transport_request_url(const upgradelink_transport_request *request);

/** How many headers are to be sent. `Host` and `Content-Length` are the transport's own business. */
UPGRADELINK_API
size_t upgradelink_transport_request_header_count(const upgradelink_transport_request *request);

/** The name of a header; NULL when `header` is not below the count. */
UPGRADELINK_API
const char *upgradelink_transport_request_header_name(const upgradelink_transport_request *request,
                                                      size_t header);

/** The value of a header; NULL when `header` is not below the count. */
UPGRADELINK_API
const char *upgradelink_transport_request_header_value(const upgradelink_transport_request *request,
                                                       size_t header);

/**
 * The body, which is signed and goes out byte for byte; NULL for none. `*length`, unless NULL, is
 * its length.
 */
UPGRADELINK_API
const uint8_t *upgradelink_transport_request_body(const upgradelink_transport_request *request,
                                                  size_t *length);

/**
 * After how many milliseconds without a byte the library gives up; `UPGRADELINK_WAIT_FOREVER` for
 * never.
 */
UPGRADELINK_API
uint32_t upgradelink_transport_request_timeout_ms(const upgradelink_transport_request *request);

/** Says the HTTP status of the answer, which is required. */
UPGRADELINK_API
void upgradelink_transport_response_set_status(upgradelink_transport_response *response,
                                               int32_t status);

/**
 * Adds a header of the answer; both texts are copied. The library looks for `Content-Length`,
 * `Content-Range`, `Content-Encoding`, `Content-Type`, `Date`, `ETag`, `Last-Modified`, `Location`
 * and `Retry-After`.
 */
UPGRADELINK_API
void upgradelink_transport_response_add_header(upgradelink_transport_response *response,
                                               const char *name,
                                               const char *value);

/** Says what is passed to the reads and to the close of the body; NULL is as good as anything. */
UPGRADELINK_API
void upgradelink_transport_response_set_stream(upgradelink_transport_response *response,
                                               void *stream);


/*
 * Errors: what failed, at which stage, and what the service said.
 */

/** The status that the failed call returned; 0 for NULL. */
UPGRADELINK_API upgradelink_status upgradelink_error_status(const upgradelink_error *error);

/** Where it failed: one of the `UPGRADELINK_STAGE_` constants; 0 for NULL. */
UPGRADELINK_API upgradelink_stage upgradelink_error_stage(const upgradelink_error *error);

/** The HTTP status of the answer; 0 where none came. */
UPGRADELINK_API int32_t upgradelink_error_http_status(const upgradelink_error *error);

/** The `code` of the service's answer, such as 404001; 0 where none came. */
UPGRADELINK_API int64_t upgradelink_error_service_code(const upgradelink_error *error);

/** The service's name for the failed request, to be told to its support; NULL where it gave none. */
UPGRADELINK_API const char *upgradelink_error_trace_id(const upgradelink_error *error);

/** What the service says about the code, often with a link; NULL where it gave none. */
UPGRADELINK_API const char *upgradelink_error_docs(const upgradelink_error *error);

/** The operating system's error number (`errno`, `GetLastError`); 0 where it had no part. */
UPGRADELINK_API int32_t upgradelink_error_os_error(const upgradelink_error *error);

/** Whether the same call may succeed later, unchanged. */
UPGRADELINK_API int32_t upgradelink_error_is_retryable(const upgradelink_error *error);

/** How long the service asks to wait before the next call, in milliseconds; 0 where it does not say. */
UPGRADELINK_API uint32_t upgradelink_error_retry_after_ms(const upgradelink_error *error);

/**
 * What was expected, what came and what to do, in English. Never holds the secret key or a
 * signature. Lives until the error is freed; NULL for NULL.
 */
UPGRADELINK_API const char *upgradelink_error_message(const upgradelink_error *error);

/**
 * The name of a status without its prefix, such as `NOT_FOUND`; `UNKNOWN` for a number that this
 * library does not give. It is never freed.
 */
UPGRADELINK_API const char *upgradelink_status_name(upgradelink_status status);

/** Frees the error; NULL is nothing. */
UPGRADELINK_API void upgradelink_error_free(upgradelink_error *error);

#ifdef __cplusplus
}
#endif

#endif
