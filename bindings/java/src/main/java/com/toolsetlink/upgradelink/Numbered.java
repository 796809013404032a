package com.toolsetlink.upgradelink;

/**
 * A value out of a list that may grow: a number that is not known here is kept, and equals itself.
 *
 * <p>Compare with {@code equals}, or switch over {@link #number()}.
 */
public abstract class Numbered {
    private final int number;
    private final String name;

    Numbered(int number, String name) {
        this.number = number;
        this.name = name;
    }

    /** The number, which never changes its meaning. */
    public final int number() {
        return number;
    }

    /** The name of the constant; {@code null} for a number that is not known here. */
    public final String name() {
        return name;
    }

    /** Whether this version of the library has a constant for the number. */
    public final boolean isKnown() {
        return name != null;
    }

    @Override
    public final boolean equals(Object other) {
        return other != null && other.getClass() == getClass() && ((Numbered) other).number == number;
    }

    @Override
    public final int hashCode() {
        return number;
    }

    @Override
    public final String toString() {
        return name != null ? name : getClass().getSimpleName() + " " + number;
    }
}
