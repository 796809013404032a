using System;
using System.Runtime.InteropServices;

namespace UpgradeLink
{
    /// <summary>
    /// The functions of upgradelink.h, in its order and with its names: the only place where the library is
    /// called. All types are blittable, so nothing is marshalled: a text is UTF-8 with a NUL at its end, a handle
    /// or a function an IntPtr, a truth value an int. tests/drift.py compares this class with the header.
    /// </summary>
    internal static unsafe class Native
    {
        private const string Library = "upgradelink";
        private const CallingConvention C = CallingConvention.Cdecl;

        [DllImport(Library, CallingConvention = C)]
        internal static extern int upgradelink_version_number();

        [DllImport(Library, CallingConvention = C)]
        internal static extern byte* upgradelink_version();

        [DllImport(Library, CallingConvention = C)]
        internal static extern int upgradelink_has(byte* feature);

        [DllImport(Library, CallingConvention = C)]
        internal static extern void upgradelink_unblock_signals_in_callbacks();

        [DllImport(Library, CallingConvention = C)]
        internal static extern IntPtr upgradelink_config_new(byte* accessKey, byte* secretKey);

        [DllImport(Library, CallingConvention = C)]
        internal static extern void upgradelink_config_set_endpoint(IntPtr config, byte* endpoint);

        [DllImport(Library, CallingConvention = C)]
        internal static extern void upgradelink_config_set_allow_http(IntPtr config, int allow);

        [DllImport(Library, CallingConvention = C)]
        internal static extern void upgradelink_config_set_connect_timeout_ms(IntPtr config, uint limit);

        [DllImport(Library, CallingConvention = C)]
        internal static extern void upgradelink_config_set_response_timeout_ms(IntPtr config, uint limit);

        [DllImport(Library, CallingConvention = C)]
        internal static extern void upgradelink_config_set_total_timeout_ms(IntPtr config, uint limit);

        [DllImport(Library, CallingConvention = C)]
        internal static extern void upgradelink_config_set_max_attempts(IntPtr config, uint attempts);

        [DllImport(Library, CallingConvention = C)]
        internal static extern void upgradelink_config_set_proxy(IntPtr config, byte* proxy);

        [DllImport(Library, CallingConvention = C)]
        internal static extern void upgradelink_config_set_ca_pem(IntPtr config, byte* pem, UIntPtr length);

        [DllImport(Library, CallingConvention = C)]
        internal static extern void upgradelink_config_set_platform_roots(IntPtr config, int useThem);

        [DllImport(Library, CallingConvention = C)]
        internal static extern void upgradelink_config_set_user_agent(IntPtr config, byte* userAgent);

        [DllImport(Library, CallingConvention = C)]
        internal static extern void upgradelink_config_set_device_key(IntPtr config, byte* key);

        [DllImport(Library, CallingConvention = C)]
        internal static extern void upgradelink_config_set_device_model_key(IntPtr config, byte* key);

        [DllImport(Library, CallingConvention = C)]
        internal static extern void upgradelink_config_set_state_folder(IntPtr config, byte* folder);

        [DllImport(Library, CallingConvention = C)]
        internal static extern void upgradelink_config_add_public_key(IntPtr config, byte* key);

        [DllImport(Library, CallingConvention = C)]
        internal static extern void upgradelink_config_set_signature_policy(IntPtr config, int policy);

        [DllImport(Library, CallingConvention = C)]
        internal static extern void upgradelink_config_set_log(IntPtr config, int level, IntPtr log, IntPtr userData);

        [DllImport(Library, CallingConvention = C)]
        internal static extern void upgradelink_config_free(IntPtr config);

        [DllImport(Library, CallingConvention = C)]
        internal static extern int upgradelink_client_new(IntPtr config, IntPtr* client, IntPtr* error);

        [DllImport(Library, CallingConvention = C)]
        internal static extern void upgradelink_client_free(IntPtr client);

        [DllImport(Library, CallingConvention = C)]
        internal static extern int upgradelink_check(IntPtr client, IntPtr query, IntPtr* strategy, IntPtr* error);

        [DllImport(Library, CallingConvention = C)]
        internal static extern int upgradelink_check_start(
            IntPtr client, IntPtr query, IntPtr completion, IntPtr userData, IntPtr* operation, IntPtr* error);

        [DllImport(Library, CallingConvention = C)]
        internal static extern int upgradelink_describe(IntPtr client, IntPtr query, IntPtr* details, IntPtr* error);

        [DllImport(Library, CallingConvention = C)]
        internal static extern int upgradelink_describe_start(
            IntPtr client, IntPtr query, IntPtr completion, IntPtr userData, IntPtr* operation, IntPtr* error);

        [DllImport(Library, CallingConvention = C)]
        internal static extern int upgradelink_measure(
            IntPtr client, byte* appKey, IntPtr* statistics, IntPtr* error);

        [DllImport(Library, CallingConvention = C)]
        internal static extern int upgradelink_measure_start(
            IntPtr client, byte* appKey, IntPtr completion, IntPtr userData, IntPtr* operation, IntPtr* error);

        [DllImport(Library, CallingConvention = C)]
        internal static extern IntPtr upgradelink_query_new(int kind, byte* appKey, long versionCode);

        [DllImport(Library, CallingConvention = C)]
        internal static extern void upgradelink_query_set_arch(IntPtr query, byte* arch);

        [DllImport(Library, CallingConvention = C)]
        internal static extern void upgradelink_query_set_appoint_version_code(IntPtr query, long versionCode);

        [DllImport(Library, CallingConvention = C)]
        internal static extern void upgradelink_query_set_device_key(IntPtr query, byte* key);

        [DllImport(Library, CallingConvention = C)]
        internal static extern void upgradelink_query_set_device_model_key(IntPtr query, byte* key);

        [DllImport(Library, CallingConvention = C)]
        internal static extern void upgradelink_query_set_patch_algo(IntPtr query, int algo);

        [DllImport(Library, CallingConvention = C)]
        internal static extern void upgradelink_query_free(IntPtr query);

        [DllImport(Library, CallingConvention = C)]
        internal static extern int upgradelink_strategy_is_available(IntPtr strategy);

        [DllImport(Library, CallingConvention = C)]
        internal static extern int upgradelink_strategy_kind(IntPtr strategy);

        [DllImport(Library, CallingConvention = C)]
        internal static extern byte* upgradelink_strategy_app_key(IntPtr strategy);

        [DllImport(Library, CallingConvention = C)]
        internal static extern byte* upgradelink_strategy_package_name(IntPtr strategy);

        [DllImport(Library, CallingConvention = C)]
        internal static extern byte* upgradelink_strategy_version_name(IntPtr strategy);

        [DllImport(Library, CallingConvention = C)]
        internal static extern long upgradelink_strategy_version_code(IntPtr strategy);

        [DllImport(Library, CallingConvention = C)]
        internal static extern byte* upgradelink_strategy_url(IntPtr strategy);

        [DllImport(Library, CallingConvention = C)]
        internal static extern ulong upgradelink_strategy_file_size(IntPtr strategy);

        [DllImport(Library, CallingConvention = C)]
        internal static extern byte* upgradelink_strategy_file_md5(IntPtr strategy);

        [DllImport(Library, CallingConvention = C)]
        internal static extern int upgradelink_strategy_upgrade_type(IntPtr strategy);

        [DllImport(Library, CallingConvention = C)]
        internal static extern byte* upgradelink_strategy_prompt(IntPtr strategy);

        [DllImport(Library, CallingConvention = C)]
        internal static extern int upgradelink_strategy_patch_algo(IntPtr strategy);

        [DllImport(Library, CallingConvention = C)]
        internal static extern byte* upgradelink_strategy_patch_url(IntPtr strategy);

        [DllImport(Library, CallingConvention = C)]
        internal static extern ulong upgradelink_strategy_patch_file_size(IntPtr strategy);

        [DllImport(Library, CallingConvention = C)]
        internal static extern byte* upgradelink_strategy_patch_file_md5(IntPtr strategy);

        [DllImport(Library, CallingConvention = C)]
        internal static extern byte* upgradelink_strategy_content(IntPtr strategy);

        [DllImport(Library, CallingConvention = C)]
        internal static extern byte* upgradelink_strategy_message(IntPtr strategy);

        [DllImport(Library, CallingConvention = C)]
        internal static extern ulong upgradelink_strategy_age_ms(IntPtr strategy);

        [DllImport(Library, CallingConvention = C)]
        internal static extern byte* upgradelink_strategy_json(IntPtr strategy, UIntPtr* length);

        [DllImport(Library, CallingConvention = C)]
        internal static extern void upgradelink_strategy_free(IntPtr strategy);

        [DllImport(Library, CallingConvention = C)]
        internal static extern byte* upgradelink_version_details_app_key(IntPtr details);

        [DllImport(Library, CallingConvention = C)]
        internal static extern byte* upgradelink_version_details_package_name(IntPtr details);

        [DllImport(Library, CallingConvention = C)]
        internal static extern byte* upgradelink_version_details_version_name(IntPtr details);

        [DllImport(Library, CallingConvention = C)]
        internal static extern long upgradelink_version_details_version_code(IntPtr details);

        [DllImport(Library, CallingConvention = C)]
        internal static extern byte* upgradelink_version_details_description(IntPtr details);

        [DllImport(Library, CallingConvention = C)]
        internal static extern byte* upgradelink_version_details_json(IntPtr details, UIntPtr* length);

        [DllImport(Library, CallingConvention = C)]
        internal static extern void upgradelink_version_details_free(IntPtr details);

        [DllImport(Library, CallingConvention = C)]
        internal static extern long upgradelink_statistics_yesterday_download_count(IntPtr statistics);

        [DllImport(Library, CallingConvention = C)]
        internal static extern long upgradelink_statistics_total_download_count(IntPtr statistics);

        [DllImport(Library, CallingConvention = C)]
        internal static extern long upgradelink_statistics_yesterday_strategy_count(IntPtr statistics);

        [DllImport(Library, CallingConvention = C)]
        internal static extern long upgradelink_statistics_total_strategy_count(IntPtr statistics);

        [DllImport(Library, CallingConvention = C)]
        internal static extern long upgradelink_statistics_yesterday_upgrade_count(IntPtr statistics);

        [DllImport(Library, CallingConvention = C)]
        internal static extern long upgradelink_statistics_total_upgrade_count(IntPtr statistics);

        [DllImport(Library, CallingConvention = C)]
        internal static extern long upgradelink_statistics_yesterday_start_count(IntPtr statistics);

        [DllImport(Library, CallingConvention = C)]
        internal static extern long upgradelink_statistics_total_start_count(IntPtr statistics);

        [DllImport(Library, CallingConvention = C)]
        internal static extern UIntPtr upgradelink_statistics_day_count(IntPtr statistics);

        [DllImport(Library, CallingConvention = C)]
        internal static extern byte* upgradelink_statistics_day_name(IntPtr statistics, UIntPtr day);

        [DllImport(Library, CallingConvention = C)]
        internal static extern long upgradelink_statistics_day_value(IntPtr statistics, int series, UIntPtr day);

        [DllImport(Library, CallingConvention = C)]
        internal static extern byte* upgradelink_statistics_json(IntPtr statistics, UIntPtr* length);

        [DllImport(Library, CallingConvention = C)]
        internal static extern void upgradelink_statistics_free(IntPtr statistics);

        [DllImport(Library, CallingConvention = C)]
        internal static extern IntPtr upgradelink_fetch_options_new(byte* folder);

        [DllImport(Library, CallingConvention = C)]
        internal static extern void upgradelink_fetch_options_set_base_file(IntPtr options, byte* path);

        [DllImport(Library, CallingConvention = C)]
        internal static extern void upgradelink_fetch_options_set_file_name(IntPtr options, byte* name);

        [DllImport(Library, CallingConvention = C)]
        internal static extern void upgradelink_fetch_options_set_sha256(IntPtr options, byte* sha256);

        [DllImport(Library, CallingConvention = C)]
        internal static extern void upgradelink_fetch_options_set_require_hash(IntPtr options, int require);

        [DllImport(Library, CallingConvention = C)]
        internal static extern void upgradelink_fetch_options_set_max_size(IntPtr options, ulong most);

        [DllImport(Library, CallingConvention = C)]
        internal static extern void upgradelink_fetch_options_set_allow_downgrade(IntPtr options, int allow);

        [DllImport(Library, CallingConvention = C)]
        internal static extern void upgradelink_fetch_options_set_stall_timeout_ms(IntPtr options, uint limit);

        [DllImport(Library, CallingConvention = C)]
        internal static extern void upgradelink_fetch_options_set_lock_wait_ms(IntPtr options, uint wait);

        [DllImport(Library, CallingConvention = C)]
        internal static extern void upgradelink_fetch_options_set_keep_partial(IntPtr options, int keep);

        [DllImport(Library, CallingConvention = C)]
        internal static extern void upgradelink_fetch_options_set_max_bytes_per_second(IntPtr options, ulong most);

        [DllImport(Library, CallingConvention = C)]
        internal static extern void upgradelink_fetch_options_set_report(IntPtr options, int report);

        [DllImport(Library, CallingConvention = C)]
        internal static extern void upgradelink_fetch_options_free(IntPtr options);

        [DllImport(Library, CallingConvention = C)]
        internal static extern int upgradelink_fetch(
            IntPtr client, IntPtr strategy, IntPtr options, IntPtr progress, IntPtr userData, IntPtr* artifact,
            IntPtr* error);

        [DllImport(Library, CallingConvention = C)]
        internal static extern int upgradelink_fetch_start(
            IntPtr client, IntPtr strategy, IntPtr options, IntPtr progress, IntPtr completion, IntPtr userData,
            IntPtr* operation, IntPtr* error);

        [DllImport(Library, CallingConvention = C)]
        internal static extern int upgradelink_fetch_link(
            IntPtr client, byte* url, ulong size, byte* md5, IntPtr options, IntPtr progress, IntPtr userData,
            IntPtr* artifact, IntPtr* error);

        [DllImport(Library, CallingConvention = C)]
        internal static extern int upgradelink_fetch_link_start(
            IntPtr client, byte* url, ulong size, byte* md5, IntPtr options, IntPtr progress, IntPtr completion,
            IntPtr userData, IntPtr* operation, IntPtr* error);

        [DllImport(Library, CallingConvention = C)]
        internal static extern byte* upgradelink_artifact_path(IntPtr artifact);

        [DllImport(Library, CallingConvention = C)]
        internal static extern ulong upgradelink_artifact_size(IntPtr artifact);

        [DllImport(Library, CallingConvention = C)]
        internal static extern byte* upgradelink_artifact_md5(IntPtr artifact);

        [DllImport(Library, CallingConvention = C)]
        internal static extern byte* upgradelink_artifact_sha256(IntPtr artifact);

        [DllImport(Library, CallingConvention = C)]
        internal static extern int upgradelink_artifact_origin(IntPtr artifact);

        [DllImport(Library, CallingConvention = C)]
        internal static extern uint upgradelink_artifact_checked(IntPtr artifact);

        [DllImport(Library, CallingConvention = C)]
        internal static extern ulong upgradelink_artifact_network_bytes(IntPtr artifact);

        [DllImport(Library, CallingConvention = C)]
        internal static extern byte* upgradelink_artifact_patch_failure(IntPtr artifact);

        [DllImport(Library, CallingConvention = C)]
        internal static extern void upgradelink_artifact_free(IntPtr artifact);

        [DllImport(Library, CallingConvention = C)]
        internal static extern IntPtr upgradelink_patch_options_new();

        [DllImport(Library, CallingConvention = C)]
        internal static extern void upgradelink_patch_options_set_expected_size(IntPtr options, ulong size);

        [DllImport(Library, CallingConvention = C)]
        internal static extern void upgradelink_patch_options_set_expected_md5(IntPtr options, byte* md5);

        [DllImport(Library, CallingConvention = C)]
        internal static extern void upgradelink_patch_options_set_max_window(IntPtr options, ulong most);

        [DllImport(Library, CallingConvention = C)]
        internal static extern void upgradelink_patch_options_free(IntPtr options);

        [DllImport(Library, CallingConvention = C)]
        internal static extern int upgradelink_patch_apply(
            byte* basePath, byte* patchPath, byte* outputPath, IntPtr options, IntPtr progress, IntPtr userData,
            IntPtr* error);

        [DllImport(Library, CallingConvention = C)]
        internal static extern int upgradelink_patch_apply_start(
            byte* basePath, byte* patchPath, byte* outputPath, IntPtr options, IntPtr progress, IntPtr completion,
            IntPtr userData, IntPtr* operation, IntPtr* error);

        [DllImport(Library, CallingConvention = C)]
        internal static extern int upgradelink_patch_inspect(byte* path, IntPtr* info, IntPtr* error);

        [DllImport(Library, CallingConvention = C)]
        internal static extern byte* upgradelink_patch_info_container(IntPtr info);

        [DllImport(Library, CallingConvention = C)]
        internal static extern byte* upgradelink_patch_info_compressor(IntPtr info);

        [DllImport(Library, CallingConvention = C)]
        internal static extern ulong upgradelink_patch_info_old_size(IntPtr info);

        [DllImport(Library, CallingConvention = C)]
        internal static extern ulong upgradelink_patch_info_new_size(IntPtr info);

        [DllImport(Library, CallingConvention = C)]
        internal static extern void upgradelink_patch_info_free(IntPtr info);

        [DllImport(Library, CallingConvention = C)]
        internal static extern IntPtr upgradelink_event_new(int eventType, byte* appKey, long versionCode);

        [DllImport(Library, CallingConvention = C)]
        internal static extern void upgradelink_event_set_time(IntPtr @event, long unixMs);

        [DllImport(Library, CallingConvention = C)]
        internal static extern void upgradelink_event_set_launch_time(IntPtr @event, long unixMs);

        [DllImport(Library, CallingConvention = C)]
        internal static extern void upgradelink_event_set_download_version_code(IntPtr @event, long versionCode);

        [DllImport(Library, CallingConvention = C)]
        internal static extern void upgradelink_event_set_upgrade_version_code(IntPtr @event, long versionCode);

        [DllImport(Library, CallingConvention = C)]
        internal static extern void upgradelink_event_set_code(IntPtr @event, long code);

        [DllImport(Library, CallingConvention = C)]
        internal static extern void upgradelink_event_set_device_key(IntPtr @event, byte* key);

        [DllImport(Library, CallingConvention = C)]
        internal static extern void upgradelink_event_set_device_model_key(IntPtr @event, byte* key);

        [DllImport(Library, CallingConvention = C)]
        internal static extern void upgradelink_event_set_target(IntPtr @event, byte* target);

        [DllImport(Library, CallingConvention = C)]
        internal static extern void upgradelink_event_set_arch(IntPtr @event, byte* arch);

        [DllImport(Library, CallingConvention = C)]
        internal static extern int upgradelink_report(IntPtr client, IntPtr @event, IntPtr* error);

        [DllImport(Library, CallingConvention = C)]
        internal static extern int upgradelink_report_start(
            IntPtr client, IntPtr @event, IntPtr completion, IntPtr userData, IntPtr* operation, IntPtr* error);

        [DllImport(Library, CallingConvention = C)]
        internal static extern int upgradelink_flush(IntPtr client, uint timeoutMs, IntPtr* error);

        [DllImport(Library, CallingConvention = C)]
        internal static extern int upgradelink_count_events(
            IntPtr client, ulong* waiting, ulong* dropped, IntPtr* error);

        [DllImport(Library, CallingConvention = C)]
        internal static extern int upgradelink_remember_upgrade(IntPtr client, IntPtr strategy, IntPtr* error);

        [DllImport(Library, CallingConvention = C)]
        internal static extern int upgradelink_report_started(
            IntPtr client, byte* appKey, long versionCode, IntPtr* error);

        [DllImport(Library, CallingConvention = C)]
        internal static extern void upgradelink_event_free(IntPtr @event);

        [DllImport(Library, CallingConvention = C)]
        internal static extern int upgradelink_last_strategy(
            IntPtr client, IntPtr query, IntPtr* strategy, IntPtr* error);

        [DllImport(Library, CallingConvention = C)]
        internal static extern int upgradelink_snooze(
            IntPtr client, IntPtr strategy, long untilUnixMs, IntPtr* error);

        [DllImport(Library, CallingConvention = C)]
        internal static extern int upgradelink_skip(IntPtr client, IntPtr strategy, IntPtr* error);

        [DllImport(Library, CallingConvention = C)]
        internal static extern int upgradelink_is_wanted(IntPtr client, IntPtr strategy);

        [DllImport(Library, CallingConvention = C)]
        internal static extern int upgradelink_scheduler_new(
            IntPtr client, IntPtr query, uint intervalMs, IntPtr* scheduler, IntPtr* error);

        [DllImport(Library, CallingConvention = C)]
        internal static extern int upgradelink_scheduler_start(
            IntPtr scheduler, IntPtr due, IntPtr userData, IntPtr* error);

        [DllImport(Library, CallingConvention = C)]
        internal static extern int upgradelink_scheduler_check(IntPtr scheduler, IntPtr* strategy, IntPtr* error);

        [DllImport(Library, CallingConvention = C)]
        internal static extern ulong upgradelink_scheduler_due_in_ms(IntPtr scheduler);

        [DllImport(Library, CallingConvention = C)]
        internal static extern void upgradelink_scheduler_stop(IntPtr scheduler);

        [DllImport(Library, CallingConvention = C)]
        internal static extern void upgradelink_scheduler_free(IntPtr scheduler);

        [DllImport(Library, CallingConvention = C)]
        internal static extern int upgradelink_operation_wait(IntPtr operation, uint timeoutMs);

        [DllImport(Library, CallingConvention = C)]
        internal static extern int upgradelink_operation_is_done(IntPtr operation);

        [DllImport(Library, CallingConvention = C)]
        internal static extern void upgradelink_operation_cancel(IntPtr operation);

        [DllImport(Library, CallingConvention = C)]
        internal static extern int upgradelink_operation_take_strategy(
            IntPtr operation, IntPtr* strategy, IntPtr* error);

        [DllImport(Library, CallingConvention = C)]
        internal static extern int upgradelink_operation_take_details(
            IntPtr operation, IntPtr* details, IntPtr* error);

        [DllImport(Library, CallingConvention = C)]
        internal static extern int upgradelink_operation_take_statistics(
            IntPtr operation, IntPtr* statistics, IntPtr* error);

        [DllImport(Library, CallingConvention = C)]
        internal static extern int upgradelink_operation_take_artifact(
            IntPtr operation, IntPtr* artifact, IntPtr* error);

        [DllImport(Library, CallingConvention = C)]
        internal static extern int upgradelink_operation_take_nothing(IntPtr operation, IntPtr* error);

        [DllImport(Library, CallingConvention = C)]
        internal static extern void upgradelink_operation_free(IntPtr operation);

        [DllImport(Library, CallingConvention = C)]
        internal static extern IntPtr upgradelink_transport_new(IntPtr userData);

        [DllImport(Library, CallingConvention = C)]
        internal static extern void upgradelink_transport_set_open(IntPtr transport, IntPtr open);

        [DllImport(Library, CallingConvention = C)]
        internal static extern void upgradelink_transport_set_read(IntPtr transport, IntPtr read);

        [DllImport(Library, CallingConvention = C)]
        internal static extern void upgradelink_transport_set_close(IntPtr transport, IntPtr close);

        [DllImport(Library, CallingConvention = C)]
        internal static extern void upgradelink_transport_set_cancel(IntPtr transport, IntPtr cancel);

        [DllImport(Library, CallingConvention = C)]
        internal static extern void upgradelink_transport_set_release(IntPtr transport, IntPtr release);

        [DllImport(Library, CallingConvention = C)]
        internal static extern void upgradelink_transport_free(IntPtr transport);

        [DllImport(Library, CallingConvention = C)]
        internal static extern void upgradelink_config_set_transport(IntPtr config, IntPtr transport);

        [DllImport(Library, CallingConvention = C)]
        internal static extern byte* upgradelink_transport_request_method(IntPtr request);

        [DllImport(Library, CallingConvention = C)]
        internal static extern byte* upgradelink_transport_request_url(IntPtr request);

        [DllImport(Library, CallingConvention = C)]
        internal static extern UIntPtr upgradelink_transport_request_header_count(IntPtr request);

        [DllImport(Library, CallingConvention = C)]
        internal static extern byte* upgradelink_transport_request_header_name(IntPtr request, UIntPtr header);

        [DllImport(Library, CallingConvention = C)]
        internal static extern byte* upgradelink_transport_request_header_value(IntPtr request, UIntPtr header);

        [DllImport(Library, CallingConvention = C)]
        internal static extern byte* upgradelink_transport_request_body(IntPtr request, UIntPtr* length);

        [DllImport(Library, CallingConvention = C)]
        internal static extern uint upgradelink_transport_request_timeout_ms(IntPtr request);

        [DllImport(Library, CallingConvention = C)]
        internal static extern void upgradelink_transport_response_set_status(IntPtr response, int status);

        [DllImport(Library, CallingConvention = C)]
        internal static extern void upgradelink_transport_response_add_header(
            IntPtr response, byte* name, byte* value);

        [DllImport(Library, CallingConvention = C)]
        internal static extern void upgradelink_transport_response_set_stream(IntPtr response, IntPtr stream);

        [DllImport(Library, CallingConvention = C)]
        internal static extern int upgradelink_error_status(IntPtr error);

        [DllImport(Library, CallingConvention = C)]
        internal static extern int upgradelink_error_stage(IntPtr error);

        [DllImport(Library, CallingConvention = C)]
        internal static extern int upgradelink_error_http_status(IntPtr error);

        [DllImport(Library, CallingConvention = C)]
        internal static extern long upgradelink_error_service_code(IntPtr error);

        [DllImport(Library, CallingConvention = C)]
        internal static extern byte* upgradelink_error_trace_id(IntPtr error);

        [DllImport(Library, CallingConvention = C)]
        internal static extern byte* upgradelink_error_docs(IntPtr error);

        [DllImport(Library, CallingConvention = C)]
        internal static extern int upgradelink_error_os_error(IntPtr error);

        [DllImport(Library, CallingConvention = C)]
        internal static extern int upgradelink_error_is_retryable(IntPtr error);

        [DllImport(Library, CallingConvention = C)]
        internal static extern uint upgradelink_error_retry_after_ms(IntPtr error);

        [DllImport(Library, CallingConvention = C)]
        internal static extern byte* upgradelink_error_message(IntPtr error);

        [DllImport(Library, CallingConvention = C)]
        internal static extern byte* upgradelink_status_name(int status);

        [DllImport(Library, CallingConvention = C)]
        internal static extern void upgradelink_error_free(IntPtr error);
    }
}
