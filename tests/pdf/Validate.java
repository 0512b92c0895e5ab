import java.io.FileInputStream;
import org.verapdf.gf.foundry.VeraGreenfieldFoundryProvider;
import org.verapdf.pdfa.Foundries;
import org.verapdf.pdfa.flavours.PDFAFlavour;
import org.verapdf.pdfa.results.TestAssertion;

/** Print every rule of a PDF flavour that a file fails, one per line; exit code 0 even then. Usage: Validate FILE FLAVOUR... */
public class Validate {
  public static void main(String[] arguments) throws Exception {
    VeraGreenfieldFoundryProvider.initialise();
    for (int n = 1; n < arguments.length; n++) {
      PDFAFlavour flavour = PDFAFlavour.fromString(arguments[n]);
      try (var foundry = Foundries.defaultInstance();
          var stream = new FileInputStream(arguments[0]);
          var parser = foundry.createParser(stream, flavour);
          var validator = foundry.createValidator(flavour, false)) {
        var result = validator.validate(parser);
        System.out.println("checked " + arguments[n] + " " + result.getTotalAssertions());
        for (TestAssertion each : result.getTestAssertions()) {
          System.out.println("failed " + arguments[n] + " " + each.getRuleId().getClause() + "-" + each.getRuleId().getTestNumber() + " " + each.getMessage());
        }
      }
    }
  }
}
