/* What the list sets, and by which function. A line is: line of the list, field, function, type of the value. */
#ifndef FIELDS_H
#define FIELDS_H

#define FIELDS(X) \
  X(config, endpoint, config_set_endpoint, text) \
  X(config, allow_http, config_set_allow_http, truth) \
  X(config, connect_timeout_ms, config_set_connect_timeout_ms, u32) \
  X(config, response_timeout_ms, config_set_response_timeout_ms, u32) \
  X(config, total_timeout_ms, config_set_total_timeout_ms, u32) \
  X(config, max_attempts, config_set_max_attempts, u32) \
  X(config, proxy, config_set_proxy, text) \
  X(config, platform_roots, config_set_platform_roots, truth) \
  X(config, user_agent, config_set_user_agent, text) \
  X(config, device_key, config_set_device_key, text) \
  X(config, device_model_key, config_set_device_model_key, text) \
  X(config, state_folder, config_set_state_folder, text) \
  X(config, public_key, config_add_public_key, text) \
  X(config, signature_policy, config_set_signature_policy, signature_policy) \
  X(query, arch, query_set_arch, text) \
  X(query, appoint_version_code, query_set_appoint_version_code, i64) \
  X(query, device_key, query_set_device_key, text) \
  X(query, device_model_key, query_set_device_model_key, text) \
  X(query, patch_algo, query_set_patch_algo, patch_algo) \
  X(option, base_file, fetch_options_set_base_file, text) \
  X(option, file_name, fetch_options_set_file_name, text) \
  X(option, sha256, fetch_options_set_sha256, text) \
  X(option, require_hash, fetch_options_set_require_hash, truth) \
  X(option, max_size, fetch_options_set_max_size, size) \
  X(option, allow_downgrade, fetch_options_set_allow_downgrade, truth) \
  X(option, stall_timeout_ms, fetch_options_set_stall_timeout_ms, u32) \
  X(option, lock_wait_ms, fetch_options_set_lock_wait_ms, u32) \
  X(option, keep_partial, fetch_options_set_keep_partial, truth) \
  X(option, max_bytes_per_second, fetch_options_set_max_bytes_per_second, size) \
  X(option, report, fetch_options_set_report, truth) \
  X(patch, expected_size, patch_options_set_expected_size, size) \
  X(patch, expected_md5, patch_options_set_expected_md5, text) \
  X(patch, max_window, patch_options_set_max_window, size) \
  X(event, time, event_set_time, i64) \
  X(event, launch_time, event_set_launch_time, i64) \
  X(event, download_version_code, event_set_download_version_code, i64) \
  X(event, upgrade_version_code, event_set_upgrade_version_code, i64) \
  X(event, code, event_set_code, i64) \
  X(event, device_key, event_set_device_key, text) \
  X(event, device_model_key, event_set_device_model_key, text) \
  X(event, target, event_set_target, text) \
  X(event, arch, event_set_arch, text)

#endif
