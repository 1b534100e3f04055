"""Bare names of people where an organisation's is expected: "Jean DUPONT", "Jean Dupont".

Firms carry names of people too (*Pierre Fabre*), so that one cell alone proves little: the
French way to write a person, with the family name in capitals, does; so does a column in
which most names look like people's. The list holds common given names of France and its
neighbours, in lower case and without accents; rare ones and those of elsewhere are missed.
"""

from __future__ import annotations

import re
from functools import lru_cache

from roadmapfit.readers.headings import fold_heading

_COMMON = """
adele adrien agathe agnes aina alain alan alban albane albert alberto alessandra alessandro alex
alexander alexandra alexandre alexia alexis alfred alice alicia aline amandine amelie ana anais
anastasia andrea andreas andree andrew angela angelique anna anne annick annie anthony antoine
antonella antonia antonio ariane armand arnaud arthur astrid aude audrey augustin aurelie
aurelien aurore axel baptiste barbara bastien beatrice benedicte benjamin benoit bernadette
bernard bertrand bjorn boris brice brigitte bruno camille carina carine carl carla carlo carlos
carmen carole caroline catherine cecile cedric celestin celia celine chantal charles charlotte
chiara christel christelle christian christiane christina christine christophe christopher
claire clara clarisse claude claudia claudine clemence clement clementine clotilde colette
coline constance corentin corinne cristina cyril cyrille damien daniel daniela daniele danielle
david deborah delphine denis denise diana diane didier diego dieter dimitri dominique dorothee
edith edouard edwige elena eleonore eliane elias elisa elisabeth elise elodie eloise emeline
emilie emma emmanuel emmanuelle enrico eric erik erwan estelle esther etienne eugenie eva
evelyne fabien fabienne fabio fabrice fanny fatima federico felix fernand fernando flavie
florence florent florian francesca francesco francis franck francois francoise frank frederic
frederique gabriel gabrielle gael gaelle gaetan gaspard genevieve georges gerald geraldine
gerard ghislain ghislaine gilbert gilles giorgio giovanni giulia giuseppe gregoire gregory guido
guilhem guillaume gustave guy gwenaelle hans helena helene henri herve hubert hugo hugues ingrid
irene isabelle jacqueline jacques james jan jane jean jeanne jennifer jeremie jeremy jerome
jessica joachim joana joao joel joelle johan johanna john johnny jonathan jorge jose joseph
josephine josiane juan judith jules julia julian julie julien juliette jurgen justine karim
karin karine karl katia katrin kevin klaus laetitia laila lara laura laure laurence laurent
laurie lea leila leo leon leonard leonie leonor lilian liliane lionel lisa loic lola lorenzo lou
louis louise luc luca lucas lucia lucie lucien lucienne ludivine ludovic luigi luis lydia lydie
maelle magali magalie manon manuel manuela marc marcel marcello marco margaux margot marguerite
maria mariana marianne marie marielle marina marine mario marion marius mark markus marlene
marta martha martin martina martine mary massimo mathias mathieu mathilde matteo matthew
matthias matthieu maud maurice maurizio max maxence maxime melanie melissa michael michel
michela michele micheline michelle miguel mireille mohamed monica monika monique morgan morgane
muriel mylene nadege nadia nadine nathalie nathan nicolas nicole nina noel noelle noemie nora
norbert odile olga olivia olivier oscar pablo paola paolo pascal pascale patrice patricia
patrick paul paula paulette pauline pedro perrine peter philip philippe pierre pietro quentin
rachel rachid raoul raphael raphaelle raymond rebecca regine regis remi remy renaud rene renee
ricardo richard robert roberto robin rodolphe rodrigo roger roland romain romane rosa rosalie
rosemarie sabine sabrina salome samir samuel samy sandra sandrine sara sarah sebastian sebastien
serge sergio severine silvia simon simone sofia solene solenne sonia sophia sophie stefan
stefania stefano stephan stephane stephanie stephen susanne suzanne sven sylvain sylvaine sylvia
sylvie tania tatiana teresa theo theodore theophile therese thibaud thibault thierry thomas
tiago tim timothee tobias tom tony tristan ugo ulrich ursula valentin valentine valerie vanessa
vera veronique vicente victoire victor victoria vincent vincenzo violaine violette virginie
viviane vivien walter werner wilfried william wolfgang xavier yann yannick yasmine yohan yolande
youssef yvan yves yvette yvonne zoe
"""
_LINKING = "de du des la le van von der den di da dos el al ben"
_GIVEN, _PARTICLES = frozenset(_COMMON.split()), frozenset(_LINKING.split())
_MAX_WORDS = 6
_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")


def is_written_as_person(name: str) -> bool:
    """Whether a name is a common given name and a family name in capitals, and nothing else.

    Examples
    --------
    >>> is_written_as_person("Jean-Marc DE LA TOUR"), is_written_as_person("DUPONT Jeanne")
    (True, True)
    >>> is_written_as_person("Pierre Fabre"), is_written_as_person("PIERRE FABRE")
    (False, False)
    """
    pieces = name.split()
    if len(pieces) > _MAX_WORDS:
        return False
    words = [word for word in pieces if not _is_particle(word)]
    family = [word for word in words if word.isupper() and len(word) > 1]
    given = [word for word in words if word not in family]
    return bool(given) and bool(family) and is_like_person(name) and all(map(_is_given, given))


def is_like_person(name: str) -> bool:
    """Whether a name is a given name and a family name: a person's, or a firm's after one.

    Examples
    --------
    >>> [is_like_person(name) for name in ("Jean Dupont", "Pierre Fabre", "Martin Bauer SAS")]
    [True, True, False]
    >>> is_like_person("Institut Jean Lamour"), is_like_person("Marie Laure Dupont")
    (False, True)
    """
    words = name.split()
    if not 2 <= len(words) <= _MAX_WORDS:
        return False
    own = [word for word in words if not _is_particle(word)]
    if not all(_WORD.fullmatch(word) for word in words) or not 2 <= len(own) <= 3:
        return False
    if not all(word[0].isupper() for word in own):
        return False
    if any(fold_heading(part) in _ORGANISED for word in own for part in word.split("-")):
        return False
    *middle, _ = own[1:] if _is_given(own[0]) else own[-2::-1]
    is_first = _is_given(own[0]) or _is_given(own[-1])
    return is_first and all(_is_given(word) for word in middle)


# Words of organisations that stand beside a given name.
_BESIDE = """
sa sas sasu sarl eurl sci scop gie gmbh ag kg ltd limited llc llp inc corp bv nv srl spa sl oy
ab as eric lda co cie group groupe gruppe institut instut institute istituto instituto
university universite universitat universita hospital hopital hospices fondation foundation
fondazione fundacion stiftung federation association conseil council consulting concept
ingenierie engineering technologies technology technologie tech energie energy environnement
industrie industries laboratoires laboratoire labs lab medical lycee ecole college clinique
centre center saint sainte st ste san santa sante international france europe iberia production
productions studio partners associes freres fils culture sciences science systems systemes
services solutions software design capital ville mairie commune port museum musee chu irt umr
upr gcs gip chru eplefpa universidad cluster pole diagnostics biotech pharma therapeutics marine
stewardship research recherche etablissements
"""
_ORGANISED = frozenset(_BESIDE.split())


@lru_cache(maxsize=65_536)
def _is_given(word: str) -> bool:
    return all(part in _GIVEN for part in re.split(r"[-’']", fold_heading(word)))


@lru_cache(maxsize=65_536)
def _is_particle(word: str) -> bool:
    return fold_heading(word) in _PARTICLES
