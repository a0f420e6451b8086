package dev.atex.cli.command;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.function.IntConsumer;

/**
 * {@code sun.misc.Signal}, the only way to see more than the first Ctrl-C, called by reflection: the compiler warns of any
 * mention of it, and can't be told not to.
 */
public final class OsSignals {
    private OsSignals() {}

    /**
     * Has {@code handler} called with the number of the signal, in a new thread each time.
     *
     * @param name without SIG
     * @return gives the signal back to who had it before
     * @throws IllegalArgumentException this JVM does not allow it for that signal, say because of {@code -Xrs}
     */
    public static Runnable handle(String name, IntConsumer handler) {
        try {
            Class<?> type = Class.forName("sun.misc.Signal");
            Class<?> handlerType = Class.forName("sun.misc.SignalHandler");
            Object signal = type.getConstructor(String.class).newInstance(name);
            int number = (int) type.getMethod("getNumber").invoke(signal);
            Method handle = type.getMethod("handle", type, handlerType);
            Object before = handle.invoke(null, signal, proxy(handlerType, () -> handler.accept(number)));
            return () -> restore(handle, signal, before);
        } catch (ReflectiveOperationException e) {
            throw new IllegalArgumentException("cannot handle SIG" + name + " on this JVM", e);
        }
    }

    private static void restore(Method handle, Object signal, Object before) {
        try {
            handle.invoke(null, signal, before);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("cannot give a signal back", e);
        }
    }

    @SuppressWarnings("ReferenceEquality") // that is what equals is
    private static Object proxy(Class<?> handlerType, Runnable action) {
        InvocationHandler calls = (proxy, method, arguments) -> {
            Object[] given = arguments == null ? new Object[0] : arguments;
            return switch (method.getName()) {
                case "handle" -> {
                    action.run();
                    yield null;
                }
                case "equals" -> proxy == given[0];
                case "hashCode" -> System.identityHashCode(proxy);
                default -> "handler of a signal";
            };
        };
        return Proxy.newProxyInstance(OsSignals.class.getClassLoader(), new Class<?>[] {handlerType}, calls);
    }
}
