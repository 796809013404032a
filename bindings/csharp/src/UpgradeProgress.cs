namespace UpgradeLink
{
    /// <summary>How far a long call is.</summary>
    public struct UpgradeProgress
    {
        internal UpgradeProgress(int phase, ulong done, ulong total)
        {
            Phase = (Phase)phase;
            Done = Numbers.Count(done);
            Total = Numbers.Size(total);
        }

        /// <summary>What the call is doing.</summary>
        public Phase Phase { get; }

        /// <summary>How many bytes of the phase are done.</summary>
        public long Done { get; }

        /// <summary>How many there are in all; null where nobody said.</summary>
        public long? Total { get; }
    }
}
