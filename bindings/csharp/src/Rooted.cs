using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Linq;
using System.Threading;

namespace UpgradeLink
{
    /// <summary>
    /// What the library's callbacks find by their user_data. A number stands for each object, never an address:
    /// a callback that comes too late finds nothing, and the object lives exactly as long as it is in here.
    /// </summary>
    internal static class Rooted
    {
        private static readonly ConcurrentDictionary<int, object> Objects = new ConcurrentDictionary<int, object>();
        private static int last;

        internal static IntPtr Add(object value)
        {
            int key;
            do
                key = Interlocked.Increment(ref last);
            while (key == 0 || !Objects.TryAdd(key, value));
            return new IntPtr(key);
        }

        internal static T Find<T>(IntPtr key) where T : class
        {
            object found;
            return Objects.TryGetValue(key.ToInt32(), out found) ? found as T : null;
        }

        internal static IEnumerable<T> All<T>() where T : class
        {
            return Objects.Values.OfType<T>();
        }

        internal static void Remove(IntPtr key)
        {
            object removed;
            Objects.TryRemove(key.ToInt32(), out removed);
        }
    }
}
