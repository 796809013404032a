using System;
using System.IO;

namespace UpgradeLink
{
    /// <summary>
    /// Lets signals in on a thread of the library that calls back. The library blocks them all; Mono on Linux makes
    /// such a thread one of its own, stops it by signals to collect garbage, and starts threads that inherit the mask.
    /// </summary>
    internal static unsafe class Signals
    {
        private const int SetMask = 2;
        private const int MaskLength = 128;

        private static readonly byte[] OfHost = Masks();

        [ThreadStatic]
        private static bool areLetIn;

        /// <summary>To be called first in every callback.</summary>
        internal static void LetIn()
        {
            if (OfHost == null || areLetIn)
                return;
            areLetIn = true;
            fixed (byte* mask = OfHost)
                Native.sigprocmask(SetMask, mask, null);
        }

        /// <summary>What the host's thread blocks that loads this; null where no runtime works by signals.</summary>
        private static byte[] Masks()
        {
            if (Type.GetType("Mono.Runtime") == null || !Directory.Exists("/proc/self"))
                return null;
            var masks = new byte[MaskLength];
            fixed (byte* mask = masks)
                Native.sigprocmask(SetMask, null, mask);
            return masks;
        }
    }
}
