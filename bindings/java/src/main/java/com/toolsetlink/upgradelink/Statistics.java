package com.toolsetlink.upgradelink;

import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/** The figures of an application. Immutable. */
public final class Statistics {
    /** What is counted. */
    public enum Series {
        /** Downloads of the application. */
        DOWNLOADS,
        /** Strategies that the service gave. */
        STRATEGIES,
        /** Upgrades that were reported. */
        UPGRADES,
        /** Starts that were reported. */
        STARTS
    }

    private static final int SERIES = Series.values().length;

    private final long[] totals;
    private final List<String> days;
    private final long[] values;
    private final String json;

    Statistics(long[] totals, String[] days, long[] values, String json) {
        this.totals = totals;
        this.days = Collections.unmodifiableList(Arrays.asList(days));
        this.values = values;
        this.json = json;
    }

    /** How many yesterday. */
    public long yesterday(Series series) {
        return totals[2 * series.ordinal()];
    }

    /** How many so far. */
    public long total(Series series) {
        return totals[2 * series.ordinal() + 1];
    }

    /** The names of the days that the service gives figures of, as it writes them; 7 as a rule. */
    public List<String> days() {
        return days;
    }

    /**
     * A figure of a day, by its place in {@link #days()}.
     *
     * @throws IndexOutOfBoundsException where there is no such day
     */
    public long onDay(Series series, int day) {
        if (day < 0 || day >= days.size()) {
            throw new IndexOutOfBoundsException("day " + day + " of " + days.size());
        }
        return values[SERIES * day + series.ordinal()];
    }

    /** The service's whole reply as it came, with fields that this library does not know. */
    public String json() {
        return json;
    }
}
