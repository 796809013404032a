namespace UpgradeLink
{
    /// <summary>Which application asks, in which version, on which device.</summary>
    public sealed class Query
    {
        private readonly byte[] appKey;

        /// <summary>A query of an application that runs as <paramref name="versionCode"/>, which is not 0.</summary>
        public Query(Kind kind, string appKey, long versionCode)
        {
            this.appKey = Text.Required(appKey, nameof(appKey));
            Kind = kind;
            AppKey = appKey;
            VersionCode = versionCode;
        }

        /// <summary>The kind of the application.</summary>
        public Kind Kind { get; }

        /// <summary>Its key.</summary>
        public string AppKey { get; }

        /// <summary>The version that runs.</summary>
        public long VersionCode { get; }

        /// <summary>
        /// The machine's architecture, <c>x64</c> or <c>arm64</c>: required for win, mac and lnx, refused for
        /// others.
        /// </summary>
        public string Arch { get; set; }

        /// <summary>
        /// Asks for this version only; 0 for the newest. The service offers it only when it is above the version
        /// that runs.
        /// </summary>
        public long AppointVersionCode { get; set; }

        /// <summary>The device's key, at most 128 characters; null takes the configuration's.</summary>
        public string DeviceKey { get; set; }

        /// <summary>The key of the device's model, at most 128 characters; null takes the configuration's.</summary>
        public string DeviceModelKey { get; set; }

        /// <summary>Which patch the application can apply; for apk only.</summary>
        public PatchAlgo PatchAlgo { get; set; }

        /// <summary>A handle of all this.</summary>
        internal unsafe QueryHandle Make()
        {
            QueryHandle made;
            fixed (byte* key = appKey)
                made = new QueryHandle(Native.upgradelink_query_new((int)Kind, key, VersionCode));
            using (var used = made.Use())
            {
                var query = used.Pointer;
                Setter.Set(query, Native.upgradelink_query_set_arch, Arch, nameof(Arch));
                Setter.Set(query, Native.upgradelink_query_set_device_key, DeviceKey, nameof(DeviceKey));
                Setter.Set(
                    query, Native.upgradelink_query_set_device_model_key, DeviceModelKey, nameof(DeviceModelKey));
                if (AppointVersionCode != 0)
                    Native.upgradelink_query_set_appoint_version_code(query, AppointVersionCode);
                if (PatchAlgo != PatchAlgo.None)
                    Native.upgradelink_query_set_patch_algo(query, (int)PatchAlgo);
            }
            return made;
        }
    }
}
