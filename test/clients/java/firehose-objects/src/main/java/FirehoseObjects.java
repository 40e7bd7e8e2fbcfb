import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import java.util.Locale;
import org.xerial.snappy.SnappyHadoopCompatibleOutputStream;
import org.xerial.snappy.SnappyInputStream;
import org.xerial.snappy.SnappyOutputStream;

/** The referee for objects: how Java writes dates and Snappy streams. */
public final class FirehoseObjects {
  public static void main(String[] args) throws Exception {
    switch (args[0]) {
      case "dates" -> dates(Path.of(args[1]));
      case "snappy" -> snappy(Path.of(args[1]));
      default -> throw new IllegalArgumentException(args[0]);
    }
  }

  /** Each line of the file has a pattern, an epoch time in ms and a zone, separated by tabs. Prints the text, or "!" if Java rejects the pattern. */
  private static void dates(Path file) throws Exception {
    for (String line : Files.readAllLines(file)) {
      String[] parts = line.split("\t");
      System.out.println(date(parts[0], Long.parseLong(parts[1]), parts[2]));
    }
  }

  private static String date(String pattern, long epochMs, String zone) {
    try {
      DateTimeFormatter formatter = DateTimeFormatter.ofPattern(pattern, Locale.US);
      return formatter.format(Instant.ofEpochMilli(epochMs).atZone(ZoneId.of(zone)));
    } catch (IllegalArgumentException e) {
      return "!";
    }
  }

  /** Compares NAME.xerial and NAME.hadoop in a folder with what Java makes of NAME.plain, for each NAME. */
  private static void snappy(Path folder) throws Exception {
    try (var files = Files.list(folder)) {
      for (Path plainFile : files.filter(file -> file.toString().endsWith(".plain")).sorted().toList()) {
        String name = plainFile.getFileName().toString().replace(".plain", "");
        byte[] plain = Files.readAllBytes(plainFile);
        byte[] xerial = Files.readAllBytes(folder.resolve(name + ".xerial"));
        byte[] hadoop = Files.readAllBytes(folder.resolve(name + ".hadoop"));
        ByteArrayOutputStream ourXerial = new ByteArrayOutputStream();
        try (OutputStream out = new SnappyOutputStream(ourXerial)) {
          out.write(plain);
        }
        ByteArrayOutputStream ourHadoop = new ByteArrayOutputStream();
        try (OutputStream out = new SnappyHadoopCompatibleOutputStream(ourHadoop)) {
          out.write(plain);
        }
        try (SnappyInputStream in = new SnappyInputStream(Files.newInputStream(folder.resolve(name + ".xerial")))) {
          System.out.printf("%s read=%s xerial=%s hadoop=%s%n", name, Arrays.equals(in.readAllBytes(), plain),
              Arrays.equals(ourXerial.toByteArray(), xerial), Arrays.equals(ourHadoop.toByteArray(), hadoop));
        }
      }
    }
  }
}
