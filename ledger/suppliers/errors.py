"""Broken rules of suppliers and their evidence."""

from cwb.kernel.errors import Conflict, NotFound, RuleBroken
from cwb.kernel.text import N_


class SupplierUnknown(NotFound):
    """No such supplier."""

    message = N_("Deze leverancier bestaat niet.")


class SupplierNameMissing(RuleBroken):
    """A supplier without a readable name."""

    message = N_("De naam van de leverancier ontbreekt of is langer dan 200 tekens.")


class SupplierTextTooLong(RuleBroken):
    """A part of a supplier's address or code is too long."""

    message = N_("Een deel van het adres of de code is te lang. Gebruik hooguit 120 tekens.")


class VatIdOfPerson(RuleBroken):
    """The VAT number of a natural person that may hold a BSN; nothing of it is kept."""

    message = N_("Dit btw-nummer kan een BSN bevatten. Laat het weg.")


class CountryInvalid(RuleBroken):
    """No country code."""

    message = N_("Schrijf het land met twee letters, bijvoorbeeld NL.")


class GradeInvalid(RuleBroken):
    """An evidence grade that does not exist."""

    message = N_("Een bewijsgraad is 1, 2, 3 of 4.")


class EvidenceTermInvalid(RuleBroken):
    """Evidence that ends before it begins, or begins in the future."""

    message = N_("Controleer de datums van dit bewijs. Het begint voor het eindigt, en niet in de toekomst.")


class SecondPersonMissing(RuleBroken):
    """A document that no second person looked at."""

    message = N_("Laat een tweede persoon het document controleren.")


class CheckerInvolved(RuleBroken):
    """The second person belongs to the anchor or to the supplier."""

    message = N_("De controleur hoort bij de koper of bij de leverancier. Kies iemand anders.")


class ContractReferenceMissing(RuleBroken):
    """Evidence of a branch that names no contract, or of a seat that does."""

    message = N_("Een filiaal telt per contract. Noem het contract. Een hoofdvestiging heeft er geen.")


class BranchEmpty(RuleBroken):
    """Evidence of a branch where nobody works, or a number of workers with a seat."""

    message = N_(
        "Een filiaal telt als er mensen werken. Schrijf hoeveel. Bij een hoofdvestiging vult u niets in."
    )


class SourceMissing(RuleBroken):
    """Evidence without a source."""

    message = N_("Schrijf waar dit bewijs vandaan komt, in hooguit 300 tekens.")


class LinkReasonMissing(RuleBroken):
    """A link between supplier and party without a reason."""

    message = N_("Schrijf waarom dit dezelfde organisatie is, in hooguit 500 tekens.")


class LinkUnchanged(Conflict):
    """The supplier is linked like that already."""

    message = N_("Deze koppeling was er al. Er is niets veranderd.")


class SaidBefore(RuleBroken):
    """The same person said so already; a second person has to."""

    message = N_("U zei dit al. Het telt pas als een collega dit ook zegt.")


class NotSeenBeside(RuleBroken):
    """A number that did not stand beside the supplier yet, so nobody compared them."""

    message = N_("Kijk eerst. Het nummer staat nu in de tabel, met de verschillen. Beslis dan.")


class OwnSupplier(RuleBroken):
    """The supplier stands for the party itself and stays linked to it."""

    message = N_("Deze leverancier is de organisatie zelf. De koppeling blijft.")


class NumberNotLookedUp(RuleBroken):
    """A legal person that no register was asked about."""

    message = N_("Dit nummer is nog niet opgezocht. Zoek het eerst op in het register.")


class SuppliersKnownApart(RuleBroken):
    """Joining suppliers of which one was found to be somebody already."""

    message = N_("Een van de twee is al gevonden. Zeg dan van de andere welke organisatie het is.")


class NobodyChosen(RuleBroken):
    """A decision about nobody."""

    message = N_("Kies wie het is, of geef een KvK-nummer.")
