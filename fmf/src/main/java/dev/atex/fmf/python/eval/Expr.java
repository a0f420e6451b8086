package dev.atex.fmf.python.eval;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** A parsed Python expression. */
sealed interface Expr {
    record Constant(@Nullable Object value) implements Expr {}

    record Name(String id) implements Expr {}

    /** The result type of the brackets of a display or comprehension. */
    enum Kind {
        LIST,
        TUPLE,
        SET,
        GENERATOR
    }

    record Display(Kind kind, List<Expr> items) implements Expr {}

    record DictDisplay(List<Expr> keys, List<Expr> values) implements Expr {}

    record Comprehension(Kind kind, Expr element, List<For> loops) implements Expr {}

    record DictComprehension(Expr key, Expr value, List<For> loops) implements Expr {}

    /** One {@code for target in iterable if condition}. */
    record For(Target target, Expr iterable, List<Expr> conditions) {}

    /** The target of a loop's assignment. */
    sealed interface Target {}

    record NameTarget(String id) implements Target {}

    record TupleTarget(List<Target> items) implements Target {}

    record Unary(String operator, Expr operand) implements Expr {}

    record Binary(String operator, Expr left, Expr right) implements Expr {}

    /** {@code and} or {@code or}. */
    record Logical(boolean and, List<Expr> operands) implements Expr {}

    record Comparison(Expr first, List<String> operators, List<Expr> others) implements Expr {}

    record Conditional(Expr test, Expr then, Expr otherwise) implements Expr {}

    record Attribute(Expr object, String name) implements Expr {}

    record Call(Expr function, List<Expr> arguments, List<String> keywords, List<Expr> keywordValues) implements Expr {}

    record Subscript(Expr object, Expr index) implements Expr {}

    record Slice(
            @Nullable Expr low,
            @Nullable Expr high,
            @Nullable Expr step) implements Expr {}
}
