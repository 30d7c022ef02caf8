module proven {
    requires java.compiler;
    requires jdk.compiler;
    requires org.junit.platform.launcher;

    exports proven;
}
