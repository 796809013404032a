using System;

namespace UpgradeLink
{
    /// <summary>What an application tells the service. Everything but the type, the key and the version may be left out.</summary>
    public sealed class UpgradeEvent
    {
        private readonly byte[] appKey;

        /// <summary>
        /// Something that happens now to an application that runs as <paramref name="versionCode"/>; for an
        /// upgrade that is the version that was upgraded from.
        /// </summary>
        public UpgradeEvent(EventType type, string appKey, long versionCode)
        {
            this.appKey = Text.Required(appKey, nameof(appKey));
            Type = type;
            AppKey = appKey;
            VersionCode = versionCode;
            Time = DateTimeOffset.UtcNow;
        }

        /// <summary>What happened.</summary>
        public EventType Type { get; }

        /// <summary>The application's key.</summary>
        public string AppKey { get; }

        /// <summary>The version that runs.</summary>
        public long VersionCode { get; }

        /// <summary>When it happened. Default: when this object was made.</summary>
        public DateTimeOffset Time { get; set; }

        /// <summary>When the application was started. Default: <see cref="Time"/>. For starts only.</summary>
        public DateTimeOffset? LaunchTime { get; set; }

        /// <summary>The version that was downloaded. Downloads need it; it is for them only.</summary>
        public long? DownloadVersionCode { get; set; }

        /// <summary>The version that was upgraded to. Upgrades need it; it is for them only.</summary>
        public long? UpgradeVersionCode { get; set; }

        /// <summary>
        /// How it ended: 0 for success, 1 for a failure, 1001 for a failed download, 1002 for too little space,
        /// 1003 for a failed file operation, 1004 for a wrong MD5, or any number of your own. For downloads and
        /// upgrades only.
        /// </summary>
        public long? Code { get; set; }

        /// <summary>The device's key, at most 128 characters; null takes the configuration's.</summary>
        public string DeviceKey { get; set; }

        /// <summary>The key of the device's model, at most 128 characters; null takes the configuration's.</summary>
        public string DeviceModelKey { get; set; }

        /// <summary>The operating system, such as <c>windows</c>, at most 128 characters.</summary>
        public string Target { get; set; }

        /// <summary>The machine's architecture, such as <c>x86_64</c>, at most 128 characters.</summary>
        public string Arch { get; set; }

        /// <summary>A handle of all this.</summary>
        internal unsafe EventHandle Make()
        {
            EventHandle made;
            fixed (byte* key = appKey)
                made = new EventHandle(Native.upgradelink_event_new((int)Type, key, VersionCode));
            using (var used = made.Use())
            {
                var @event = used.Pointer;
                Native.upgradelink_event_set_time(@event, Time.ToUnixTimeMilliseconds());
                if (LaunchTime.HasValue)
                    Native.upgradelink_event_set_launch_time(@event, LaunchTime.Value.ToUnixTimeMilliseconds());
                if (DownloadVersionCode.HasValue)
                    Native.upgradelink_event_set_download_version_code(@event, DownloadVersionCode.Value);
                if (UpgradeVersionCode.HasValue)
                    Native.upgradelink_event_set_upgrade_version_code(@event, UpgradeVersionCode.Value);
                if (Code.HasValue)
                    Native.upgradelink_event_set_code(@event, Code.Value);
                Setter.Set(@event, Native.upgradelink_event_set_device_key, DeviceKey, nameof(DeviceKey));
                Setter.Set(
                    @event, Native.upgradelink_event_set_device_model_key, DeviceModelKey, nameof(DeviceModelKey));
                Setter.Set(@event, Native.upgradelink_event_set_target, Target, nameof(Target));
                Setter.Set(@event, Native.upgradelink_event_set_arch, Arch, nameof(Arch));
            }
            return made;
        }
    }
}
