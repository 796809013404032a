using System;

namespace UpgradeLink
{
    /// <summary>
    /// What the service knows of one version. Immutable. Texts are null where the service gave none.
    /// </summary>
    public sealed class VersionDetails
    {
        internal unsafe VersionDetails(IntPtr made)
        {
            using (var owned = new VersionDetailsHandle(made))
            using (var used = owned.Use())
            {
                var details = used.Pointer;
                AppKey = Text.Out(Native.upgradelink_version_details_app_key(details));
                PackageName = Text.Out(Native.upgradelink_version_details_package_name(details));
                VersionName = Text.Out(Native.upgradelink_version_details_version_name(details));
                VersionCode = Native.upgradelink_version_details_version_code(details);
                Description = Text.Out(Native.upgradelink_version_details_description(details));
                UIntPtr length;
                var json = Native.upgradelink_version_details_json(details, &length);
                Json = Text.Out(json, length);
            }
        }

        /// <summary>The application that was asked for.</summary>
        public string AppKey { get; }

        /// <summary>Its package name; apk, win, mac and lnx only.</summary>
        public string PackageName { get; }

        /// <summary>The version for people, such as <c>v2</c>.</summary>
        public string VersionName { get; }

        /// <summary>The version's code.</summary>
        public long VersionCode { get; }

        /// <summary>What the publisher wrote about the version.</summary>
        public string Description { get; }

        /// <summary>The service's whole reply as it came.</summary>
        public string Json { get; }

        /// <summary>Takes over the result of an operation.</summary>
        internal static unsafe VersionDetails Take(IntPtr operation)
        {
            return new VersionDetails(Call.Do(
                (details, error) => Native.upgradelink_operation_take_details(operation, details, error)));
        }
    }
}
