package jsonpatch;

import java.util.Map;
import jsonpatch.PatchException.Reason;

/** An operation of a patch, whose members are there and valid. */
sealed interface Operation {
    /** Returns the new document, or throws a Failure. */
    Object apply(Object document);

    /** Throws a Failure if it is no valid operation. */
    static Operation parse(Object operation) {
        if (!(operation instanceof Map<?, ?> members)) {
            throw new Failure(Reason.INVALID_OPERATION);
        }
        String path = text(members, "path");
        return switch (text(members, "op")) {
            case "add" -> new Add(value(members), JsonPointer.parse(path));
            case "remove" -> new Remove(JsonPointer.parse(path));
            case "replace" -> new Replace(value(members), JsonPointer.parse(path));
            case "copy" -> new Copy(JsonPointer.parse(text(members, "from")), JsonPointer.parse(path));
            case "move" -> new Move(JsonPointer.parse(text(members, "from")), JsonPointer.parse(path));
            case "test" -> new Test(value(members), JsonPointer.parse(path));
            default -> throw new Failure(Reason.INVALID_OPERATION);
        };
    }

    private static String text(Map<?, ?> members, String name) {
        if (members.get(name) instanceof String text) {
            return text;
        }
        throw new Failure(Reason.INVALID_OPERATION);
    }

    private static Object value(Map<?, ?> members) {
        if (!members.containsKey("value")) {
            throw new Failure(Reason.INVALID_OPERATION);
        }
        return members.get("value");
    }

    record Add(Object value, JsonPointer path) implements Operation {
        @Override
        public Object apply(Object document) {
            return JsonDocuments.add(document, path, value);
        }
    }

    record Remove(JsonPointer path) implements Operation {
        @Override
        public Object apply(Object document) {
            return JsonDocuments.remove(document, path);
        }
    }

    record Replace(Object value, JsonPointer path) implements Operation {
        @Override
        public Object apply(Object document) {
            return JsonDocuments.replace(document, path, value);
        }
    }

    record Copy(JsonPointer from, JsonPointer path) implements Operation {
        @Override
        public Object apply(Object document) {
            return JsonDocuments.add(document, path, JsonDocuments.get(document, from));
        }
    }

    record Move(JsonPointer from, JsonPointer path) implements Operation {
        @Override
        public Object apply(Object document) {
            if (path.isInside(from)) {
                throw new Failure(Reason.INTO_ITSELF);
            }
            Object moved = JsonDocuments.get(document, from);
            return path.equals(from)
                    ? document
                    : JsonDocuments.add(JsonDocuments.remove(document, from), path, moved);
        }
    }

    record Test(Object value, JsonPointer path) implements Operation {
        @Override
        public Object apply(Object document) {
            if (!JsonDocuments.areEqual(JsonDocuments.get(document, path), value)) {
                throw new Failure(Reason.TEST_FAILED);
            }
            return document;
        }
    }
}
