using System;

namespace UpgradeLink
{
    /// <summary>
    /// Why a call failed. The message says what was expected, what came and what to do; it holds no secret.
    /// </summary>
    public sealed class UpgradeLinkException : Exception
    {
        private unsafe UpgradeLinkException(IntPtr error) : base(Text.Out(Native.upgradelink_error_message(error)))
        {
            Status = (Status)Native.upgradelink_error_status(error);
            Stage = (Stage)Native.upgradelink_error_stage(error);
            HttpStatus = Native.upgradelink_error_http_status(error);
            ServiceCode = Native.upgradelink_error_service_code(error);
            TraceId = Text.Out(Native.upgradelink_error_trace_id(error));
            Docs = Text.Out(Native.upgradelink_error_docs(error));
            OSError = Native.upgradelink_error_os_error(error);
            IsRetryable = Native.upgradelink_error_is_retryable(error) != 0;
            RetryAfter = Numbers.Duration(Native.upgradelink_error_retry_after_ms(error));
        }

        /// <summary>What failed.</summary>
        public Status Status { get; }

        /// <summary>Where it failed.</summary>
        public Stage Stage { get; }

        /// <summary>The HTTP status of the answer; 0 where none came.</summary>
        public int HttpStatus { get; }

        /// <summary>The code of the service's answer, such as 404001; 0 where none came.</summary>
        public long ServiceCode { get; }

        /// <summary>The service's name for the request, to be told to its support; null where it gave none.</summary>
        public string TraceId { get; }

        /// <summary>What the service says about the code, often with a link; null where it gave none.</summary>
        public string Docs { get; }

        /// <summary>The operating system's error number; 0 where it had no part.</summary>
        public int OSError { get; }

        /// <summary>Whether the same call may succeed later, unchanged.</summary>
        public bool IsRetryable { get; }

        /// <summary>How long the service asks to wait before the next call; zero where it does not say.</summary>
        public TimeSpan RetryAfter { get; }

        /// <summary>Takes over an error of the library.</summary>
        internal static UpgradeLinkException Take(IntPtr error)
        {
            using (var owned = new ErrorHandle(error))
            using (var used = owned.Use())
                return new UpgradeLinkException(used.Pointer);
        }
    }
}
