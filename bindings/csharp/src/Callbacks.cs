using System;
using System.Runtime.InteropServices;

namespace UpgradeLink
{
    /// <summary>
    /// The functions that the library calls. They are static, live as long as the process, and let no exception
    /// out: behind them is code that knows none.
    /// </summary>
    internal static unsafe class Callbacks
    {
        [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
        private delegate int ProgressFunction(IntPtr userData, int phase, ulong done, ulong total);

        [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
        private delegate void LogFunction(IntPtr userData, int level, byte* message);

        [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
        private delegate int OpenFunction(IntPtr userData, IntPtr request, IntPtr response);

        [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
        private delegate long ReadFunction(IntPtr userData, IntPtr stream, IntPtr buffer, UIntPtr length);

        [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
        private delegate void PairFunction(IntPtr userData, IntPtr handle);

        [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
        private delegate void ReleaseFunction(IntPtr userData);

        private static readonly ProgressFunction OnProgress = Report;
        private static readonly PairFunction OnCompletion = Complete;
        private static readonly LogFunction OnLog = Write;
        private static readonly PairFunction OnDue = BeDue;
        private static readonly OpenFunction OnOpen = OpenStream;
        private static readonly ReadFunction OnRead = ReadStream;
        private static readonly PairFunction OnClose = CloseStream;
        private static readonly PairFunction OnCancel = CancelRequest;
        private static readonly ReleaseFunction OnRelease = LetGo;

        internal static readonly IntPtr Progress = Marshal.GetFunctionPointerForDelegate(OnProgress);
        internal static readonly IntPtr Completion = Marshal.GetFunctionPointerForDelegate(OnCompletion);
        internal static readonly IntPtr Log = Marshal.GetFunctionPointerForDelegate(OnLog);
        internal static readonly IntPtr Due = Marshal.GetFunctionPointerForDelegate(OnDue);
        internal static readonly IntPtr Open = Marshal.GetFunctionPointerForDelegate(OnOpen);
        internal static readonly IntPtr Read = Marshal.GetFunctionPointerForDelegate(OnRead);
        internal static readonly IntPtr Close = Marshal.GetFunctionPointerForDelegate(OnClose);
        internal static readonly IntPtr Cancel = Marshal.GetFunctionPointerForDelegate(OnCancel);
        internal static readonly IntPtr Release = Marshal.GetFunctionPointerForDelegate(OnRelease);

        static Callbacks()
        {
            // The runtime stops threads that have called it by signals, and makes exceptions of bad accesses.
            Native.upgradelink_unblock_signals_in_callbacks();
            // Mono does not end before every thread has that ever called it, and the library's may have long to go.
            AppDomain.CurrentDomain.ProcessExit += (sender, nothing) =>
            {
                foreach (var call in Rooted.All<BackgroundCall>())
                    call.Operation?.Cancel();
                foreach (var scheduler in Rooted.All<Scheduler>())
                    scheduler.Dispose();
            };
        }

        private static int Report(IntPtr userData, int phase, ulong done, ulong total)
        {
            try
            {
                var call = Rooted.Find<Call>(userData);
                return call != null && call.Report(new UpgradeProgress(phase, done, total)) ? 1 : 0;
            }
            catch (Exception)
            {
                return 0;
            }
        }

        private static void Complete(IntPtr userData, IntPtr operation)
        {
            try
            {
                var call = Rooted.Find<BackgroundCall>(userData);
                Rooted.Remove(userData);
                call.Complete(operation);
            }
            catch (Exception)
            {
                // Every failure of the call is in its task by now.
            }
        }

        private static void Write(IntPtr userData, int level, byte* message)
        {
            try
            {
                Rooted.Find<Action<LogLevel, string>>(userData)?.Invoke((LogLevel)level, Text.Out(message));
            }
            catch (Exception)
            {
                // A log that fails must not stop what it tells of.
            }
        }

        private static void BeDue(IntPtr userData, IntPtr scheduler)
        {
            try
            {
                Rooted.Find<Scheduler>(userData)?.BeDue();
            }
            catch (Exception)
            {
                // The scheduler has told the log.
            }
        }

        private static int OpenStream(IntPtr userData, IntPtr request, IntPtr response)
        {
            var sender = Rooted.Find<Sender>(userData);
            return (int)(sender == null ? Status.Cancelled : sender.Open(request, response));
        }

        private static long ReadStream(IntPtr userData, IntPtr stream, IntPtr buffer, UIntPtr length)
        {
            var exchange = Rooted.Find<Exchange>(stream);
            return exchange == null ? -(long)Status.Cancelled : exchange.Read(buffer, length);
        }

        private static void CloseStream(IntPtr userData, IntPtr stream)
        {
            Rooted.Find<Exchange>(stream)?.Close();
        }

        private static void LetGo(IntPtr userData)
        {
            Rooted.Remove(userData);
        }

        private static void CancelRequest(IntPtr userData, IntPtr request)
        {
            Rooted.Find<Sender>(userData)?.Cancel(request);
        }
    }
}
