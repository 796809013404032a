namespace UpgradeLink.Conformance
{
    /// <summary>Objects of the binding with everything set that the list sets.</summary>
    internal static class Settings
    {
        internal static Configuration Configuration(Case current)
        {
            var configuration = new Configuration(
                current.Field("config", "access_key", "access"), current.Field("config", "secret_key", "secret"))
            {
                Endpoint = current.Endpoint,
                AllowHttp = true,
                Proxy = "",
            };
            foreach (var field in current.Fields("config"))
            {
                switch (field.Key)
                {
                    case "access_key": case "secret_key": break;
                    case "endpoint": configuration.Endpoint = field.Value; break;
                    case "allow_http": configuration.AllowHttp = Names.Truth(field.Value); break;
                    case "proxy": configuration.Proxy = Names.Optional(field.Value); break;
                    case "connect_timeout_ms": configuration.ConnectTimeout = Names.Limit(field.Value); break;
                    case "response_timeout_ms": configuration.ResponseTimeout = Names.Limit(field.Value); break;
                    case "total_timeout_ms": configuration.TotalTimeout = Names.Limit(field.Value); break;
                    case "max_attempts": configuration.MaxAttempts = (int)Names.Number(field.Value); break;
                    case "ca_pem": configuration.CaPem = field.Value; break;
                    case "platform_roots": configuration.UsePlatformRoots = Names.Truth(field.Value); break;
                    case "user_agent": configuration.UserAgent = field.Value; break;
                    case "device_key": configuration.DeviceKey = field.Value; break;
                    case "device_model_key": configuration.DeviceModelKey = field.Value; break;
                    case "state_folder": configuration.StateFolder = field.Value; break;
                    case "public_key": configuration.PublicKeys.Add(field.Value); break;
                    case "signature_policy":
                        configuration.SignaturePolicy = Names.Enumeration<SignaturePolicy>(field.Value);
                        break;
                    case "log":
                        configuration.LogLevel = Names.Enumeration<LogLevel>(field.Value);
                        configuration.Log = current.Log;
                        break;
                    default: throw new Wrong("unknown field: config " + field.Key);
                }
            }
            return configuration;
        }

        internal static Query Query(Case current)
        {
            var query = new Query(
                Names.Enumeration<Kind>(current.Field("query", "kind", "url")),
                current.Field("query", "app_key", ""),
                Names.Number(current.Field("query", "version_code", "1")));
            foreach (var field in current.Fields("query"))
            {
                switch (field.Key)
                {
                    case "kind": case "app_key": case "version_code": break;
                    case "arch": query.Arch = field.Value; break;
                    case "appoint_version_code": query.AppointVersionCode = Names.Number(field.Value); break;
                    case "device_key": query.DeviceKey = field.Value; break;
                    case "device_model_key": query.DeviceModelKey = field.Value; break;
                    case "patch_algo": query.PatchAlgo = Names.Enumeration<PatchAlgo>(field.Value); break;
                    default: throw new Wrong("unknown field: query " + field.Key);
                }
            }
            return query;
        }

        internal static FetchOptions FetchOptions(Case current)
        {
            var options = new FetchOptions(current.Field("option", "folder", current.Work));
            foreach (var field in current.Fields("option"))
            {
                switch (field.Key)
                {
                    case "folder": break;
                    case "base_file": options.BaseFile = field.Value; break;
                    case "file_name": options.FileName = field.Value; break;
                    case "sha256": options.Sha256 = field.Value; break;
                    case "require_hash": options.RequireHash = Names.Truth(field.Value); break;
                    case "max_size": options.MaxSize = Names.Size(field.Value); break;
                    case "allow_downgrade": options.AllowDowngrade = Names.Truth(field.Value); break;
                    case "stall_timeout_ms": options.StallTimeout = Names.Limit(field.Value); break;
                    case "lock_wait_ms": options.LockWait = Names.Limit(field.Value); break;
                    case "keep_partial": options.KeepPartial = Names.Truth(field.Value); break;
                    case "max_bytes_per_second": options.MaxBytesPerSecond = Names.Number(field.Value); break;
                    case "report": options.Report = Names.Truth(field.Value); break;
                    default: throw new Wrong("unknown field: option " + field.Key);
                }
            }
            return options;
        }

        internal static PatchOptions PatchOptions(Case current)
        {
            var options = new PatchOptions();
            foreach (var field in current.Fields("patch"))
            {
                switch (field.Key)
                {
                    case "base": case "patch": case "output": break;
                    case "expected_size": options.ExpectedSize = Names.Size(field.Value); break;
                    case "expected_md5": options.ExpectedMd5 = field.Value; break;
                    case "max_window": options.MaxWindow = Names.Size(field.Value); break;
                    default: throw new Wrong("unknown field: patch " + field.Key);
                }
            }
            return options;
        }

        internal static UpgradeEvent Event(Case current)
        {
            var happened = new UpgradeEvent(
                Names.Enumeration<EventType>(current.Field("event", "type", "start")),
                current.Field("event", "app_key", ""),
                Names.Number(current.Field("event", "version_code", "1")));
            foreach (var field in current.Fields("event"))
            {
                switch (field.Key)
                {
                    case "type": case "app_key": case "version_code": break;
                    case "time": happened.Time = Names.Time(field.Value); break;
                    case "launch_time": happened.LaunchTime = Names.Time(field.Value); break;
                    case "download_version_code": happened.DownloadVersionCode = Names.Number(field.Value); break;
                    case "upgrade_version_code": happened.UpgradeVersionCode = Names.Number(field.Value); break;
                    case "code": happened.Code = Names.Number(field.Value); break;
                    case "device_key": happened.DeviceKey = field.Value; break;
                    case "device_model_key": happened.DeviceModelKey = field.Value; break;
                    case "target": happened.Target = field.Value; break;
                    case "arch": happened.Arch = field.Value; break;
                    default: throw new Wrong("unknown field: event " + field.Key);
                }
            }
            return happened;
        }
    }
}
