using System;
using System.Runtime.InteropServices;

namespace UpgradeLink
{
    /// <summary>What owns something of the library, and gives it back once nobody uses it any more.</summary>
    internal abstract class Handle : SafeHandle
    {
        protected Handle() : base(IntPtr.Zero, true) { }

        public override bool IsInvalid
        {
            get { return handle == IntPtr.Zero; }
        }

        /// <summary>Keeps the handle from being freed until the lease is disposed.</summary>
        internal Lease Use()
        {
            return new Lease(this);
        }
    }

    /// <summary>A handle in use.</summary>
    internal struct Lease : IDisposable
    {
        private Handle used;

        /// <exception cref="ObjectDisposedException">The handle was given back already.</exception>
        internal Lease(Handle handle)
        {
            var added = false;
            handle.DangerousAddRef(ref added);
            used = handle;
        }

        internal IntPtr Pointer
        {
            get { return used.DangerousGetHandle(); }
        }

        public void Dispose()
        {
            if (used != null)
                used.DangerousRelease();
            used = null;
        }
    }

    /// <summary>A handle that takes over what a function of the library made.</summary>
    internal abstract class Owner : Handle
    {
        protected Owner(IntPtr made)
        {
            if (made == IntPtr.Zero)
                throw new OutOfMemoryException("upgradelink has no memory for a handle.");
            SetHandle(made);
        }
    }

    internal sealed class ConfigHandle : Owner
    {
        internal ConfigHandle(IntPtr made) : base(made) { }

        protected override bool ReleaseHandle()
        {
            Native.upgradelink_config_free(handle);
            return true;
        }
    }

    /// <summary>A client, and its log, which nobody writes to once the client and its calls are over.</summary>
    internal sealed class ClientHandle : Owner
    {
        private readonly IntPtr log;

        internal ClientHandle(IntPtr made, IntPtr log) : base(made)
        {
            this.log = log;
        }

        protected override bool ReleaseHandle()
        {
            Native.upgradelink_client_free(handle);
            Rooted.Remove(log);
            return true;
        }
    }

    internal sealed class TransportHandle : Owner
    {
        internal TransportHandle(IntPtr made) : base(made) { }

        protected override bool ReleaseHandle()
        {
            Native.upgradelink_transport_free(handle);
            return true;
        }
    }

    internal sealed class QueryHandle : Owner
    {
        internal QueryHandle(IntPtr made) : base(made) { }

        protected override bool ReleaseHandle()
        {
            Native.upgradelink_query_free(handle);
            return true;
        }
    }

    internal sealed class StrategyHandle : Owner
    {
        internal StrategyHandle(IntPtr made) : base(made) { }

        protected override bool ReleaseHandle()
        {
            Native.upgradelink_strategy_free(handle);
            return true;
        }
    }

    internal sealed class VersionDetailsHandle : Owner
    {
        internal VersionDetailsHandle(IntPtr made) : base(made) { }

        protected override bool ReleaseHandle()
        {
            Native.upgradelink_version_details_free(handle);
            return true;
        }
    }

    internal sealed class StatisticsHandle : Owner
    {
        internal StatisticsHandle(IntPtr made) : base(made) { }

        protected override bool ReleaseHandle()
        {
            Native.upgradelink_statistics_free(handle);
            return true;
        }
    }

    internal sealed class FetchOptionsHandle : Owner
    {
        internal FetchOptionsHandle(IntPtr made) : base(made) { }

        protected override bool ReleaseHandle()
        {
            Native.upgradelink_fetch_options_free(handle);
            return true;
        }
    }

    internal sealed class ArtifactHandle : Owner
    {
        internal ArtifactHandle(IntPtr made) : base(made) { }

        protected override bool ReleaseHandle()
        {
            Native.upgradelink_artifact_free(handle);
            return true;
        }
    }

    internal sealed class PatchOptionsHandle : Owner
    {
        internal PatchOptionsHandle(IntPtr made) : base(made) { }

        protected override bool ReleaseHandle()
        {
            Native.upgradelink_patch_options_free(handle);
            return true;
        }
    }

    internal sealed class PatchInfoHandle : Owner
    {
        internal PatchInfoHandle(IntPtr made) : base(made) { }

        protected override bool ReleaseHandle()
        {
            Native.upgradelink_patch_info_free(handle);
            return true;
        }
    }

    internal sealed class EventHandle : Owner
    {
        internal EventHandle(IntPtr made) : base(made) { }

        protected override bool ReleaseHandle()
        {
            Native.upgradelink_event_free(handle);
            return true;
        }
    }

    /// <summary>A scheduler; it keeps its client, and so the log.</summary>
    internal sealed class SchedulerHandle : Owner
    {
        private Lease client;

        internal SchedulerHandle(IntPtr made, Lease client) : base(made)
        {
            this.client = client;
        }

        protected override bool ReleaseHandle()
        {
            Native.upgradelink_scheduler_free(handle);
            client.Dispose();
            return true;
        }
    }

    internal sealed class OperationHandle : Owner
    {
        internal OperationHandle(IntPtr made) : base(made) { }

        /// <summary>Asks the operation to end; nothing once it was given back.</summary>
        internal void Cancel()
        {
            try
            {
                using (var operation = Use())
                    Native.upgradelink_operation_cancel(operation.Pointer);
            }
            catch (ObjectDisposedException)
            {
                // It is over.
            }
        }

        protected override bool ReleaseHandle()
        {
            Native.upgradelink_operation_free(handle);
            return true;
        }
    }

    internal sealed class ErrorHandle : Owner
    {
        internal ErrorHandle(IntPtr made) : base(made) { }

        protected override bool ReleaseHandle()
        {
            Native.upgradelink_error_free(handle);
            return true;
        }
    }
}
