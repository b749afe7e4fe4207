package loam.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/** Sends signals through one shell that stays open: a process started for each would take longer than a short turn. */
final class Signals {
    private static Process shell;
    private static PrintStream commands;
    private static BufferedReader answers;

    private Signals() { }

    static synchronized void send(String signal, long pid) throws IOException {
        if (shell == null || !shell.isAlive()) {
            shell = new ProcessBuilder("sh").redirectError(ProcessBuilder.Redirect.INHERIT).start();
            commands = new PrintStream(shell.getOutputStream(), true, StandardCharsets.UTF_8);
            answers = new BufferedReader(new InputStreamReader(shell.getInputStream(), StandardCharsets.UTF_8));
        }
        commands.println("kill " + signal + " " + pid + "; echo $?");
        String status = answers.readLine();
        if (!"0".equals(status)) {
            throw new IllegalStateException("kill " + signal + " failed");
        }
    }
}
