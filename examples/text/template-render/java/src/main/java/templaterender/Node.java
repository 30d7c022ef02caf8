package templaterender;

import java.util.ArrayList;
import java.util.List;

/** A part of a template that has been read. */
sealed interface Node {
    record Text(String text) implements Node {}

    record Output(int offset, boolean escaped, Operand operand, List<FilterCall> calls) implements Node {}

    record FilterCall(Filter filter, List<Object> arguments) {}

    /** A node with a body, to which nodes are added while it is open. */
    sealed interface Block extends Node {
        int offset();

        List<Node> openBody();
    }

    record For(int offset, String name, Operand.Path path, List<Node> body) implements Block {
        For(int offset, String name, Operand.Path path) {
            this(offset, name, path, new ArrayList<>());
        }

        @Override
        public List<Node> openBody() {
            return body;
        }
    }

    final class If implements Block {
        private final int offset;
        private final boolean negated;
        private final Operand.Path path;
        private final List<Node> body = new ArrayList<>();
        private final List<Node> otherwise = new ArrayList<>();
        private boolean elseSeen;

        If(int offset, boolean negated, Operand.Path path) {
            this.offset = offset;
            this.negated = negated;
            this.path = path;
        }

        @Override
        public int offset() {
            return offset;
        }

        @Override
        public List<Node> openBody() {
            return elseSeen ? otherwise : body;
        }

        Operand.Path path() {
            return path;
        }

        List<Node> branch(boolean truth) {
            return truth != negated ? body : otherwise;
        }

        /** Turns to the other branch; returns false if that has happened before. */
        boolean turnToElse() {
            boolean first = !elseSeen;
            elseSeen = true;
            return first;
        }
    }
}
