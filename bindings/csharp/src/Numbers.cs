using System;
using System.Threading;

namespace UpgradeLink
{
    /// <summary>Durations, times and sizes in the units of the library.</summary>
    internal static class Numbers
    {
        private const uint Forever = uint.MaxValue;
        private const ulong UnknownSize = ulong.MaxValue;

        internal static uint Milliseconds(TimeSpan limit, string name)
        {
            if (limit == Timeout.InfiniteTimeSpan)
                return Forever;
            if (limit < TimeSpan.Zero)
                throw new ArgumentOutOfRangeException(name, limit, "A duration is not negative.");
            return limit.TotalMilliseconds < Forever ? (uint)limit.TotalMilliseconds : Forever;
        }

        internal static TimeSpan Duration(ulong milliseconds)
        {
            var longest = (ulong)(TimeSpan.MaxValue.Ticks / TimeSpan.TicksPerMillisecond);
            return milliseconds < longest
                ? new TimeSpan((long)milliseconds * TimeSpan.TicksPerMillisecond)
                : TimeSpan.MaxValue;
        }

        /// <summary>Null for a size that is not known; no file is longer than a long can say.</summary>
        internal static long? Size(ulong size)
        {
            return size == UnknownSize ? (long?)null : Count(size);
        }

        internal static long Count(ulong bytes)
        {
            return bytes < long.MaxValue ? (long)bytes : long.MaxValue;
        }

        internal static ulong Size(long? size, string name)
        {
            if (size < 0)
                throw new ArgumentOutOfRangeException(name, size, "A size is not negative.");
            return size.HasValue ? (ulong)size.Value : UnknownSize;
        }
    }
}
