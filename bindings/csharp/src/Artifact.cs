using System;

namespace UpgradeLink
{
    /// <summary>A file that is what was promised. Immutable; the file stays when this object goes.</summary>
    public sealed class Artifact
    {
        internal unsafe Artifact(IntPtr made)
        {
            using (var owned = new ArtifactHandle(made))
            using (var used = owned.Use())
            {
                var artifact = used.Pointer;
                Path = Text.Out(Native.upgradelink_artifact_path(artifact));
                Size = Numbers.Count(Native.upgradelink_artifact_size(artifact));
                Md5 = Text.Out(Native.upgradelink_artifact_md5(artifact));
                Sha256 = Text.Out(Native.upgradelink_artifact_sha256(artifact));
                Origin = (Origin)Native.upgradelink_artifact_origin(artifact);
                Checked = (Checks)Native.upgradelink_artifact_checked(artifact);
                NetworkBytes = Numbers.Count(Native.upgradelink_artifact_network_bytes(artifact));
                PatchFailure = Text.Out(Native.upgradelink_artifact_patch_failure(artifact));
            }
        }

        /// <summary>Where the file is: the folder that was given, and its name.</summary>
        public string Path { get; }

        /// <summary>Its size in bytes.</summary>
        public long Size { get; }

        /// <summary>Its MD5 in lowercase hex, whether it was promised or not.</summary>
        public string Md5 { get; }

        /// <summary>Its SHA-256 in lowercase hex, whether it was promised or not.</summary>
        public string Sha256 { get; }

        /// <summary>How it came.</summary>
        public Origin Origin { get; }

        /// <summary>What was compared with a promise.</summary>
        public Checks Checked { get; }

        /// <summary>How many bytes were taken from the network for it in this call.</summary>
        public long NetworkBytes { get; }

        /// <summary>Why a patch that was offered did not lead to the file; null when none was tried, or it did.</summary>
        public string PatchFailure { get; }

        /// <summary>Takes over the result of an operation.</summary>
        internal static unsafe Artifact Take(IntPtr operation)
        {
            return new Artifact(Call.Do(
                (artifact, error) => Native.upgradelink_operation_take_artifact(operation, artifact, error)));
        }
    }
}
