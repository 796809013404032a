namespace UpgradeLink
{
    /// <summary>What became of the events in a state folder; both are 0 without one.</summary>
    public sealed class EventCounts
    {
        internal EventCounts(ulong waiting, ulong dropped)
        {
            Waiting = waiting;
            Dropped = dropped;
        }

        /// <summary>How many wait to be sent.</summary>
        public ulong Waiting { get; }

        /// <summary>
        /// How many were dropped since the folder was made: there were too many, they became too old, or the
        /// service refused them for good.
        /// </summary>
        public ulong Dropped { get; }
    }
}
