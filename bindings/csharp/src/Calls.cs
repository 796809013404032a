using System;
using System.Runtime.ExceptionServices;
using System.Threading;
using System.Threading.Tasks;

namespace UpgradeLink
{
    /// <summary>A function of the library with everything filled in but its last two arguments.</summary>
    internal unsafe delegate int Function(IntPtr* result, IntPtr* error);

    /// <summary>A function of the library that starts an operation, with everything else filled in.</summary>
    internal unsafe delegate int StartFunction(IntPtr userData, IntPtr* operation, IntPtr* error);

    /// <summary>Takes an operation's result; throws where it failed.</summary>
    internal delegate T TakeFunction<T>(IntPtr operation);

    /// <summary>One call of the library: who is told of its progress, and who may stop it.</summary>
    internal class Call
    {
        private readonly IProgress<UpgradeProgress> progress;
        private readonly CancellationToken cancellation;
        private ExceptionDispatchInfo thrown;

        internal Call(IProgress<UpgradeProgress> progress, CancellationToken cancellation)
        {
            this.progress = progress;
            this.cancellation = cancellation;
        }

        /// <summary>Makes the call; returns its result, or throws why there is none.</summary>
        internal static unsafe IntPtr Do(Function function)
        {
            IntPtr result, error;
            if (function(&result, &error) != 0)
                throw UpgradeLinkException.Take(error);
            return result;
        }

        /// <summary>The same for a call that tells of its progress, and is given a user_data for it.</summary>
        internal T Do<T>(Func<IntPtr, T> function)
        {
            cancellation.ThrowIfCancellationRequested();
            var userData = Rooted.Add(this);
            try
            {
                return function(userData);
            }
            catch (UpgradeLinkException failure) when (failure.Status == Status.Cancelled)
            {
                Rethrow();
                if (cancellation.IsCancellationRequested)
                    throw new OperationCanceledException(failure.Message, failure, cancellation);
                throw;
            }
            finally
            {
                Rooted.Remove(userData);
            }
        }

        /// <summary>Whether the call may go on. An exception stops it, and comes out where the call was made.</summary>
        internal bool Report(UpgradeProgress reached)
        {
            try
            {
                progress?.Report(reached);
                return !cancellation.IsCancellationRequested;
            }
            catch (Exception exception)
            {
                thrown = ExceptionDispatchInfo.Capture(exception);
                return false;
            }
        }

        /// <summary>Lets out what the progress threw.</summary>
        protected void Rethrow()
        {
            thrown?.Throw();
        }
    }

    /// <summary>A call that runs on a thread of the library.</summary>
    internal abstract class BackgroundCall : Call
    {
        protected BackgroundCall(IProgress<UpgradeProgress> progress, CancellationToken cancellation)
            : base(progress, cancellation) { }

        /// <summary>What runs; null before it was started.</summary>
        internal OperationHandle Operation { get; set; }

        /// <summary>Takes what the operation gave. Comes once, on a thread of the library.</summary>
        internal abstract void Complete(IntPtr operation);
    }

    /// <summary>A call that runs on a thread of the library and gives a T.</summary>
    internal sealed class BackgroundCall<T> : BackgroundCall
    {
        private readonly TakeFunction<T> take;
        private readonly CancellationToken cancellation;

        // The library's thread hands the result over and is gone; whoever awaits it runs elsewhere.
        private readonly TaskCompletionSource<T> source =
            new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);

        private BackgroundCall(
            TakeFunction<T> take, IProgress<UpgradeProgress> progress, CancellationToken cancellation)
            : base(progress, cancellation)
        {
            this.take = take;
            this.cancellation = cancellation;
        }

        /// <summary>Runs the call; <paramref name="client"/>, if any, is kept until it is over.</summary>
        internal static async Task<T> Run(
            Handle client, StartFunction start, TakeFunction<T> take,
            IProgress<UpgradeProgress> progress, CancellationToken cancellation)
        {
            cancellation.ThrowIfCancellationRequested();
            var call = new BackgroundCall<T>(take, progress, cancellation);
            using (client == null ? default(Lease) : client.Use())
            using (call.Operation = call.Start(start))
            using (cancellation.Register(call.Operation.Cancel))
                return await call.source.Task.ConfigureAwait(false);
        }

        internal override void Complete(IntPtr operation)
        {
            try
            {
                source.TrySetResult(take(operation));
            }
            catch (UpgradeLinkException failure) when (failure.Status == Status.Cancelled)
            {
                try
                {
                    Rethrow();
                    if (cancellation.IsCancellationRequested)
                        source.TrySetCanceled(cancellation);
                    else
                        source.TrySetException(failure);
                }
                catch (Exception thrown)
                {
                    source.TrySetException(thrown);
                }
            }
            catch (Exception failure)
            {
                source.TrySetException(failure);
            }
        }

        private unsafe OperationHandle Start(StartFunction start)
        {
            var userData = Rooted.Add(this);
            try
            {
                IntPtr operation, error;
                if (start(userData, &operation, &error) != 0)
                    throw UpgradeLinkException.Take(error);
                return new OperationHandle(operation);
            }
            catch
            {
                Rooted.Remove(userData);
                throw;
            }
        }
    }
}
