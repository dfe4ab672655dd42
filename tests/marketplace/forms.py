"""A QuestionForm for the tests: one of each kind of answer."""

from marketplace.documents import parse
from marketplace.forms import QuestionForm, read_question_form

HEAD = (
    '<QuestionForm xmlns="http://mechanicalturk.amazonaws.com/'
    'AWSMechanicalTurkDataSchemas/2017-11-06/QuestionForm.xsd">'
)
# the complete example of AWS's page on QuestionForm, shortened
GAME = f"""{HEAD}
  <Overview>
    <Title>Game 01523, "X" to play</Title>
    <Text>
      The board looks like this:
    </Text>
    <Binary>
      <MimeType><Type>image</Type><SubType>gif</SubType></MimeType>
      <DataURL>http://tictactoe.example/01523/board.gif</DataURL>
      <AltText>The game board, with "X" to move.</AltText>
    </Binary>
    <List><ListItem>It must be a valid move.</ListItem></List>
    <FormattedContent><![CDATA[<p>Player <b>X</b>&nbsp;moves.</p>]]></FormattedContent>
  </Overview>
  <Question>
    <QuestionIdentifier>nextmove</QuestionIdentifier>
    <DisplayName>The Next Move</DisplayName>
    <IsRequired>true</IsRequired>
    <QuestionContent><Text>Where should "X" move?</Text></QuestionContent>
    <AnswerSpecification>
      <FreeTextAnswer>
        <Constraints>
          <Length minLength="2" maxLength="2"/>
          <AnswerFormatRegex regex="^[a-d][1-4]$" flags="i" errorText="As in C1."/>
        </Constraints>
        <DefaultText>C1</DefaultText>
      </FreeTextAnswer>
    </AnswerSpecification>
  </Question>
  <Question>
    <QuestionIdentifier>likelytowin</QuestionIdentifier>
    <IsRequired>true</IsRequired>
    <QuestionContent><Text>Will "X" win?</Text></QuestionContent>
    <AnswerSpecification>
      <SelectionAnswer>
        <StyleSuggestion>radiobutton</StyleSuggestion>
        <Selections>
          <Selection><SelectionIdentifier>no</SelectionIdentifier>
            <Text>Not likely</Text></Selection>
          <Selection><SelectionIdentifier>yes</SelectionIdentifier>
            <FormattedContent><![CDATA[<i>Likely</i>]]></FormattedContent></Selection>
        </Selections>
      </SelectionAnswer>
    </AnswerSpecification>
  </Question>
  <Question>
    <QuestionIdentifier>why</QuestionIdentifier>
    <QuestionContent><Text>Why?</Text></QuestionContent>
    <AnswerSpecification>
      <SelectionAnswer>
        <MinSelectionCount>0</MinSelectionCount>
        <MaxSelectionCount>2</MaxSelectionCount>
        <StyleSuggestion>checkbox</StyleSuggestion>
        <Selections>
          <Selection><SelectionIdentifier>corner</SelectionIdentifier>
            <Text>A corner is free</Text></Selection>
          <Selection><SelectionIdentifier>centre</SelectionIdentifier>
            <Text>The centre is free</Text></Selection>
          <OtherSelection><Constraints><Length maxLength="20"/></Constraints>
          </OtherSelection>
        </Selections>
      </SelectionAnswer>
    </AnswerSpecification>
  </Question>
  <Question>
    <QuestionIdentifier>games</QuestionIdentifier>
    <QuestionContent><Text>How many games did you play?</Text></QuestionContent>
    <AnswerSpecification>
      <FreeTextAnswer>
        <Constraints><IsNumeric minValue="0" maxValue="999"/></Constraints>
      </FreeTextAnswer>
    </AnswerSpecification>
  </Question>
</QuestionForm>"""
POSTED: dict[str, list[str]] = {
    "answer-0": ["B2"],
    "answer-1": ["1"],
    "answer-2": ["0"],
    "answer-2-other": ["it looks nice"],
    "answer-3": ["12"],
}


def read(xml: str = GAME) -> QuestionForm:
    """The form of a document."""
    return read_question_form(parse(xml, parameter="Question"))


def with_answer(answer: str, *, required: bool = False) -> str:
    """A document of one question, q, with that specification of its answer."""
    return (
        f"{HEAD}<Question><QuestionIdentifier>q</QuestionIdentifier>"
        f"<IsRequired>{str(required).lower()}</IsRequired>"
        "<QuestionContent><Text>Well?</Text></QuestionContent>"
        f"<AnswerSpecification>{answer}</AnswerSpecification></Question></QuestionForm>"
    )


def selection(before: str = "", after: str = "", *, choices: str = "abc") -> str:
    """A SelectionAnswer with one selection for each letter of `choices`."""
    listed = "".join(
        f"<Selection><SelectionIdentifier>{letter}</SelectionIdentifier>"
        f"<Text>Letter {letter}</Text></Selection>"
        for letter in choices
    )
    return (
        f"<SelectionAnswer>{before}<Selections>{listed}{after}</Selections>"
        "</SelectionAnswer>"
    )


def with_content(content: str) -> str:
    """A document whose first Overview holds that."""
    return GAME.replace("<Overview>", f"<Overview>{content}</Overview><Overview>")
