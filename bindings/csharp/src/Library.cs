namespace UpgradeLink
{
    /// <summary>The native library that runs.</summary>
    public static unsafe class Library
    {
        /// <summary>Its version, such as <c>0.1.0</c>.</summary>
        public static string Version
        {
            get { return Text.Out(Native.upgradelink_version()); }
        }

        /// <summary>Its version as major * 1000000 + minor * 1000 + patch.</summary>
        public static int VersionNumber
        {
            get { return Native.upgradelink_version_number(); }
        }

        /// <summary>
        /// Whether it was built with a feature: <c>http</c>, <c>fetch</c>, <c>patch</c>, <c>zlib</c>, <c>bz2</c>,
        /// <c>lzma</c>, <c>zstd</c> or <c>jni</c>.
        /// </summary>
        public static bool Has(string feature)
        {
            fixed (byte* name = Text.Required(feature, nameof(feature)))
                return Native.upgradelink_has(name) != 0;
        }

        /// <summary>The name of a status as the library writes it, such as <c>NOT_FOUND</c>.</summary>
        public static string NameOf(Status status)
        {
            return Text.Out(Native.upgradelink_status_name((int)status));
        }
    }
}
