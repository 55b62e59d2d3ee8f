"""How to address somebody in Polish by the first name, in the vocative: `Pani Anno`, `Panie Tomaszu`.

Only the common names stand here, in their official form. Whom the table does not know is greeted without the name, for
a wrong ending or a wrong 'Pan' is worse than none.
"""

from dataclasses import dataclass
from typing import Final

# All of these end in -a, and their vocative in -o.
_WOMEN: Final = """
    Adriana Adrianna Agata Agnieszka Aleksandra Alicja Alina Amelia Anastazja Aneta Aniela Anita Anna Antonina Apolonia
    Barbara Beata Bernadetta Blanka Bogumiła Bogusława Bożena Bronisława Cecylia Celina Czesława Dagmara Danuta Daria
    Diana Dominika Dorota Edyta Eleonora Eliza Elżbieta Emilia Eugenia Ewa Ewelina Felicja Franciszka Gabriela Genowefa
    Grażyna Halina Hanna Helena Henryka Honorata Ida Iga Ilona Inga Irena Iwona Izabela Izabella Jadwiga Jagoda Janina
    Joanna Jolanta Józefa Judyta Julia Julita Justyna Kaja Kalina Kamila Karina Karolina Katarzyna Kazimiera Kinga Klara
    Klaudia Konstancja Kornelia Krystyna Larysa Laura Lena Leokadia Lidia Liliana Lilianna Lucyna Ludwika Luiza Łucja
    Magdalena Maja Malwina Małgorzata Marcelina Maria Marianna Mariola Marlena Marta Martyna Marzena Matylda Melania
    Michalina Milena Mirosława Monika Nadia Natalia Natasza Nikola Nina Oksana Olga Oliwia Patrycja Paula Paulina Pola
    Regina Renata Roksana Romana Rozalia Róża Sabina Sandra Sara Stanisława Stefania Stella Sylwia Tamara Tatiana Teresa
    Urszula Violetta Waleria Wanda Weronika Wiesława Wiktoria Wioletta Władysława Zdzisława Zenona Zofia Zuzanna Zyta
    Żaneta
"""
_MEN: Final = """
    Adam Adamie, Adrian Adrianie, Alan Alanie, Albert Albercie, Aleksander Aleksandrze, Aleksy Aleksy, Alfred Alfredzie,
    Alojzy Alojzy, Andrzej Andrzeju, Antoni Antoni, Ariel Arielu, Arkadiusz Arkadiuszu, Artur Arturze, August Auguście,
    Bartłomiej Bartłomieju, Bartosz Bartoszu, Benedykt Benedykcie, Bernard Bernardzie, Błażej Błażeju, Bogdan Bogdanie,
    Bogusław Bogusławie, Bolesław Bolesławie, Borys Borysie, Bronisław Bronisławie, Bruno Bruno, Cezary Cezary,
    Cyprian Cyprianie, Czesław Czesławie, Damian Damianie, Daniel Danielu, Dariusz Dariuszu, Dawid Dawidzie,
    Dominik Dominiku, Edmund Edmundzie, Edward Edwardzie, Emil Emilu, Ernest Erneście, Eryk Eryku,
    Eugeniusz Eugeniuszu, Fabian Fabianie, Feliks Feliksie, Filip Filipie, Florian Florianie, Franciszek Franciszku,
    Fryderyk Fryderyku, Gabriel Gabrielu, Gerard Gerardzie, Gracjan Gracjanie, Grzegorz Grzegorzu, Gustaw Gustawie,
    Henryk Henryku, Hieronim Hieronimie, Hubert Hubercie, Ignacy Ignacy, Igor Igorze, Ireneusz Ireneuszu, Jacek Jacku,
    Jakub Jakubie, Jan Janie, Janusz Januszu, Jarosław Jarosławie, Jerzy Jerzy, Józef Józefie, Julian Julianie,
    Juliusz Juliuszu, Kacper Kacprze, Kajetan Kajetanie, Kamil Kamilu, Karol Karolu, Kazimierz Kazimierzu,
    Klaudiusz Klaudiuszu, Konrad Konradzie, Kornel Kornelu, Krystian Krystianie, Krzysztof Krzysztofie, Lech Lechu,
    Leon Leonie, Lesław Lesławie, Leszek Leszku, Lucjan Lucjanie, Ludwik Ludwiku, Łukasz Łukaszu, Maciej Macieju,
    Maksymilian Maksymilianie, Marcel Marcelu, Marceli Marceli, Marcin Marcinie, Marek Marku, Marian Marianie,
    Mariusz Mariuszu, Mateusz Mateuszu, Maurycy Maurycy, Michał Michale, Mieczysław Mieczysławie, Mikołaj Mikołaju,
    Miłosz Miłoszu, Mirosław Mirosławie, Natan Natanie, Nikodem Nikodemie, Norbert Norbercie, Olaf Olafie,
    Oliwier Oliwierze, Oskar Oskarze, Patryk Patryku, Paweł Pawle, Piotr Piotrze, Przemysław Przemysławie,
    Radosław Radosławie, Rafał Rafale, Remigiusz Remigiuszu, Robert Robercie, Roman Romanie, Ryszard Ryszardzie,
    Sebastian Sebastianie, Seweryn Sewerynie, Sławomir Sławomirze, Stanisław Stanisławie, Stefan Stefanie,
    Sylwester Sylwestrze, Szczepan Szczepanie, Szymon Szymonie, Tadeusz Tadeuszu, Teodor Teodorze, Tobiasz Tobiaszu,
    Tomasz Tomaszu, Tymon Tymonie, Tymoteusz Tymoteuszu, Wacław Wacławie, Waldemar Waldemarze, Walenty Walenty,
    Wiesław Wiesławie, Wiktor Wiktorze, Wincenty Wincenty, Witold Witoldzie, Władysław Władysławie,
    Włodzimierz Włodzimierzu, Wojciech Wojciechu, Zbigniew Zbigniewie, Zdzisław Zdzisławie, Zenon Zenonie,
    Zygmunt Zygmuncie
"""


@dataclass(frozen=True, slots=True)
class AddressForm:
    """How somebody is addressed: `Pani Anno` after a greeting, `Szanowna Pani` in its place."""

    familiar: str
    formal: str


_FORMS: Final = {name.casefold(): AddressForm(f"Pani {name[:-1]}o", "Szanowna Pani") for name in _WOMEN.split()} | {
    name.casefold(): AddressForm(f"Panie {vocative}", "Szanowny Panie")
    for name, vocative in (pair.split() for pair in _MEN.split(","))
}


def address_form(first_name: str | None) -> AddressForm | None:
    """The form for a first name in any case; of several names the first counts; None for one that is not known."""
    names = (first_name or "").casefold().split()
    return _FORMS.get(names[0]) if names else None
