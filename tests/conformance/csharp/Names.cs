using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;

namespace UpgradeLink.Conformance
{
    /// <summary>Values as the list writes them.</summary>
    internal static class Names
    {
        private const string Absent = "(null)";

        private static readonly Dictionary<Type, string[]> Known = new Dictionary<Type, string[]>
        {
            [typeof(Status)] = Of("OK INVALID_ARGUMENT CONFIG CONNECT TLS TIMEOUT CANCELLED REPLY SERVICE "
                + "AUTHENTICATION NOT_FOUND RATE_LIMITED IO NO_SPACE VERIFY PATCH BUSY DOWNGRADE INTERNAL UNSUPPORTED "
                + "NETWORK"),
            [typeof(Stage)] = Of(" config sign connect tls send receive decode service download verify patch io"),
            [typeof(Kind)] = Of(" url file apk configuration win mac lnx"),
            [typeof(UpgradeType)] = Of("unknown prompt silent force"),
            [typeof(PatchAlgo)] = Of("none hdiffpatch"),
            [typeof(Origin)] = Of(" downloaded resumed patched present"),
            [typeof(EventType)] = Of(" start download upgrade"),
            [typeof(SignaturePolicy)] = Of(" off when_present required"),
            [typeof(LogLevel)] = Of(" error warn info debug"),
        };

        internal static T Enumeration<T>(string name) where T : struct
        {
            var number = Array.IndexOf(Known[typeof(T)], name);
            return (T)Enum.ToObject(typeof(T), number >= 0 ? number : int.Parse(name, CultureInfo.InvariantCulture));
        }

        internal static string Text(object value)
        {
            if (value == null)
                return Absent;
            if (value is bool)
                return (bool)value ? "true" : "false";
            string[] names;
            if (!Known.TryGetValue(value.GetType(), out names))
                return value is Enum
                    ? Convert.ToInt32(value).ToString(CultureInfo.InvariantCulture)
                    : Convert.ToString(value, CultureInfo.InvariantCulture);
            var number = Convert.ToInt32(value);
            return number >= 0 && number < names.Length && names[number] != ""
                ? names[number]
                : number.ToString(CultureInfo.InvariantCulture);
        }

        internal static string Optional(string value)
        {
            return value == Absent ? null : value;
        }

        internal static long? Size(string value)
        {
            return value == Absent ? (long?)null : Number(value);
        }

        internal static long Number(string value)
        {
            return long.Parse(value, CultureInfo.InvariantCulture);
        }

        internal static bool Truth(string value)
        {
            return value == "true";
        }

        internal static TimeSpan Limit(string milliseconds)
        {
            return TimeSpan.FromMilliseconds(Number(milliseconds));
        }

        internal static DateTimeOffset Time(string unixMilliseconds)
        {
            return DateTimeOffset.FromUnixTimeMilliseconds(Number(unixMilliseconds));
        }

        private static string[] Of(string names)
        {
            return names.Split(' ').ToArray();
        }
    }
}
