using System;

namespace UpgradeLink
{
    /// <summary>A function of the library that sets a text.</summary>
    internal unsafe delegate void TextSetter(IntPtr handle, byte* text);

    /// <summary>Sets what was given, and leaves the rest as the library has it.</summary>
    internal static unsafe class Setter
    {
        internal static void Set(IntPtr handle, TextSetter setter, string text, string name)
        {
            var bytes = Text.In(text, name);
            if (bytes == null)
                return;
            fixed (byte* pointer = bytes)
                setter(handle, pointer);
        }
    }
}
