using System;
using System.Text;

namespace UpgradeLink
{
    /// <summary>Texts on their way into the library and out of it, in UTF-8.</summary>
    internal static unsafe class Text
    {
        private static readonly UTF8Encoding Strict = new UTF8Encoding(false, true);

        /// <summary>Bytes with a NUL at their end; null for null, which the library takes as absent.</summary>
        internal static byte[] In(string text, string name)
        {
            if (text == null)
                return null;
            if (text.IndexOf('\0') >= 0)
                throw new ArgumentException("The text holds a NUL.", name);
            try
            {
                var bytes = new byte[Strict.GetByteCount(text) + 1];
                Strict.GetBytes(text, 0, text.Length, bytes, 0);
                return bytes;
            }
            catch (EncoderFallbackException failure)
            {
                throw new ArgumentException("The text holds half a surrogate pair.", name, failure);
            }
        }

        /// <summary>The same for a text that must be there.</summary>
        internal static byte[] Required(string text, string name)
        {
            if (text == null)
                throw new ArgumentNullException(name);
            return In(text, name);
        }

        /// <summary>A text of the library, up to its NUL; null for NULL.</summary>
        internal static string Out(byte* text)
        {
            if (text == null)
                return null;
            var length = 0;
            while (text[length] != 0)
                length++;
            return Encoding.UTF8.GetString(text, length);
        }

        /// <summary>A text of the library whose length is known, since it may hold NULs.</summary>
        internal static string Out(byte* text, UIntPtr length)
        {
            return text == null ? null : Encoding.UTF8.GetString(text, checked((int)length.ToUInt64()));
        }
    }
}
