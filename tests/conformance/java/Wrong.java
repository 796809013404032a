/** A case is not as it should be. */
final class Wrong extends Exception {
    private static final long serialVersionUID = 1L;

    Wrong(String why) {
        super(why);
    }
}
