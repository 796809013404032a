using System;
using System.Collections.Generic;
using System.Collections.ObjectModel;

namespace UpgradeLink
{
    /// <summary>The figures of an application. Immutable.</summary>
    public sealed class Statistics
    {
        internal unsafe Statistics(IntPtr made)
        {
            using (var owned = new StatisticsHandle(made))
            using (var used = owned.Use())
            {
                var statistics = used.Pointer;
                YesterdayDownloadCount = Native.upgradelink_statistics_yesterday_download_count(statistics);
                TotalDownloadCount = Native.upgradelink_statistics_total_download_count(statistics);
                YesterdayStrategyCount = Native.upgradelink_statistics_yesterday_strategy_count(statistics);
                TotalStrategyCount = Native.upgradelink_statistics_total_strategy_count(statistics);
                YesterdayUpgradeCount = Native.upgradelink_statistics_yesterday_upgrade_count(statistics);
                TotalUpgradeCount = Native.upgradelink_statistics_total_upgrade_count(statistics);
                YesterdayStartCount = Native.upgradelink_statistics_yesterday_start_count(statistics);
                TotalStartCount = Native.upgradelink_statistics_total_start_count(statistics);
                Days = AllDays(statistics);
                UIntPtr length;
                var json = Native.upgradelink_statistics_json(statistics, &length);
                Json = Text.Out(json, length);
            }
        }

        /// <summary>How many downloads yesterday.</summary>
        public long YesterdayDownloadCount { get; }

        /// <summary>How many downloads so far.</summary>
        public long TotalDownloadCount { get; }

        /// <summary>How many strategies given yesterday.</summary>
        public long YesterdayStrategyCount { get; }

        /// <summary>How many strategies given so far.</summary>
        public long TotalStrategyCount { get; }

        /// <summary>How many upgrades reported yesterday.</summary>
        public long YesterdayUpgradeCount { get; }

        /// <summary>How many upgrades reported so far.</summary>
        public long TotalUpgradeCount { get; }

        /// <summary>How many starts reported yesterday.</summary>
        public long YesterdayStartCount { get; }

        /// <summary>How many starts reported so far.</summary>
        public long TotalStartCount { get; }

        /// <summary>The figures of the last days, 7 as a rule.</summary>
        public IReadOnlyList<StatisticsDay> Days { get; }

        /// <summary>The service's whole reply as it came.</summary>
        public string Json { get; }

        /// <summary>Takes over the result of an operation.</summary>
        internal static unsafe Statistics Take(IntPtr operation)
        {
            return new Statistics(Call.Do(
                (statistics, error) => Native.upgradelink_operation_take_statistics(operation, statistics, error)));
        }

        private static IReadOnlyList<StatisticsDay> AllDays(IntPtr statistics)
        {
            var days = new List<StatisticsDay>();
            for (uint day = 0; day < Native.upgradelink_statistics_day_count(statistics).ToUInt64(); day++)
                days.Add(new StatisticsDay(statistics, new UIntPtr(day)));
            return new ReadOnlyCollection<StatisticsDay>(days);
        }
    }

    /// <summary>The figures of one day. Immutable.</summary>
    public sealed class StatisticsDay
    {
        internal unsafe StatisticsDay(IntPtr statistics, UIntPtr day)
        {
            Name = Text.Out(Native.upgradelink_statistics_day_name(statistics, day));
            Downloads = Native.upgradelink_statistics_day_value(statistics, (int)Series.Downloads, day);
            Strategies = Native.upgradelink_statistics_day_value(statistics, (int)Series.Strategies, day);
            Upgrades = Native.upgradelink_statistics_day_value(statistics, (int)Series.Upgrades, day);
            Starts = Native.upgradelink_statistics_day_value(statistics, (int)Series.Starts, day);
        }

        /// <summary>The day, as the service writes it.</summary>
        public string Name { get; }

        /// <summary>Downloads of the application.</summary>
        public long Downloads { get; }

        /// <summary>Strategies that the service gave.</summary>
        public long Strategies { get; }

        /// <summary>Upgrades that were reported.</summary>
        public long Upgrades { get; }

        /// <summary>Starts that were reported.</summary>
        public long Starts { get; }

        /// <summary>One of the figures; 0 for a series that there is not.</summary>
        public long this[Series series]
        {
            get
            {
                switch (series)
                {
                    case Series.Downloads: return Downloads;
                    case Series.Strategies: return Strategies;
                    case Series.Upgrades: return Upgrades;
                    case Series.Starts: return Starts;
                    default: return 0;
                }
            }
        }
    }
}
