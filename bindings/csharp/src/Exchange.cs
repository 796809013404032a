using System;
using System.Collections.Concurrent;
using System.IO;
using System.Runtime.InteropServices;
using System.Threading;

namespace UpgradeLink
{
    /// <summary>The transport of a client, and what it is sending.</summary>
    internal sealed class Sender
    {
        private readonly ITransport transport;

        // By the address of the request, which lives as long as its exchange.
        private readonly ConcurrentDictionary<long, Exchange> running = new ConcurrentDictionary<long, Exchange>();

        internal Sender(ITransport transport)
        {
            this.transport = transport;
        }

        /// <summary>Sends a request and fills the response.</summary>
        internal Status Open(IntPtr request, IntPtr response)
        {
            var exchange = new Exchange(() => Forget(request));
            running[request.ToInt64()] = exchange;
            var opened = false;
            try
            {
                exchange.Open(transport, request, response);
                opened = true;
                return Status.Ok;
            }
            catch (Exception failure)
            {
                return Exchange.StatusOf(failure, Status.Connect);
            }
            finally
            {
                if (!opened)
                    exchange.Close();
            }
        }

        internal void Cancel(IntPtr request)
        {
            Exchange exchange;
            if (running.TryGetValue(request.ToInt64(), out exchange))
                exchange.Cancel();
        }

        private void Forget(IntPtr request)
        {
            Exchange ended;
            running.TryRemove(request.ToInt64(), out ended);
        }
    }

    /// <summary>A request and its answer, from the opening to the closing.</summary>
    internal sealed class Exchange
    {
        private const int Most = 1 << 16;

        private readonly CancellationTokenSource source = new CancellationTokenSource();
        private readonly Action ended;
        private IntPtr rooted;
        private Stream body;
        private byte[] buffer;

        internal Exchange(Action ended)
        {
            this.ended = ended;
        }

        internal unsafe void Open(ITransport transport, IntPtr request, IntPtr response)
        {
            var answer = transport.Send(new TransportRequest(request), source.Token);
            body = answer.Body;
            Native.upgradelink_transport_response_set_status(response, answer.Status);
            foreach (var header in answer.Headers)
                fixed (byte* name = Text.Required(header.Key, "header"), value = Text.Required(header.Value, "header"))
                    Native.upgradelink_transport_response_add_header(response, name, value);
            rooted = Rooted.Add(this);
            Native.upgradelink_transport_response_set_stream(response, rooted);
        }

        /// <summary>How many bytes came, 0 at the end, or the negative of a status.</summary>
        internal long Read(IntPtr to, UIntPtr length)
        {
            try
            {
                if (buffer == null)
                    buffer = new byte[Most];
                var count = body.Read(buffer, 0, (int)Math.Min(length.ToUInt64(), Most));
                Marshal.Copy(buffer, 0, to, count);
                return count;
            }
            catch (Exception failure)
            {
                return -(long)StatusOf(failure, Status.Network);
            }
        }

        internal void Cancel()
        {
            // Whoever hears of it may take its time, and is not the caller's to wait for.
            ThreadPool.QueueUserWorkItem(_ => Quietly(source.Cancel));
        }

        internal void Close()
        {
            ended();
            Rooted.Remove(rooted);
            if (body != null)
                Quietly(body.Dispose);
        }

        internal static Status StatusOf(Exception failure, Status otherwise)
        {
            if (failure is OperationCanceledException)
                return Status.Cancelled;
            return (failure as TransportException)?.Status ?? otherwise;
        }

        private static void Quietly(Action action)
        {
            try
            {
                action();
            }
            catch (Exception)
            {
                // Nobody is left who could be told.
            }
        }
    }
}
