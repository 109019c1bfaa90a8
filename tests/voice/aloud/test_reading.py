"""A message read aloud: made once, in order, heard while it is made, and kept when it is whole."""

import asyncio
from contextlib import aclosing

import pytest
from django.utils.translation import override

from agents.database import act, in_database
from agents.engine.events import Error
from chat.services.direct_messages import open_direct_message
from chat.services.messages import post_message
from chat.services.participants import participant_of_user
from chat.sounds import speech_of
from tests.voice.aloud.conftest import fresh
from tests.voice.conftest import bytes_of, kept
from voice import readings
from voice.errors import NothingToSay, SpeechFailed, SpeechStopped, TooManyReadings
from voice.models import Speech

pytestmark = pytest.mark.django_db(transaction=True)

THREE = "Whales sing.\n\nThey *sing* at night. Nobody knows why."
SENTENCES = ["Whales sing.", "They sing at night.", "Nobody knows why."]


async def all_of(reading) -> bytes:
    async with asyncio.timeout(20), aclosing(reading.listen()) as sound:
        return b"".join([piece async for piece in sound])


async def first_of(listening) -> bytes:
    async with asyncio.timeout(20):
        return await anext(listening)


async def no_file_is_left() -> bool:
    return not kept() and not await Speech.objects.aexists()


async def test_a_message_is_read_sentence_by_sentence_and_kept(written, aloud, engine):
    message = await in_database(written, THREE)
    reading = aloud()
    heard = await all_of(reading)
    sound = await reading.kept()
    assert engine.said == SENTENCES
    assert heard == await asyncio.to_thread(bytes_of, sound.path)
    assert (sound.size, round(sound.seconds, 1)) == (len(heard), 0.9)
    assert speech_of((await fresh(pk=message.pk)).metadata) == sound
    row = await Speech.objects.aget(message=message.pk)
    assert (row.sound, row.voice) == (sound, "alloy")


async def test_what_is_kept_is_not_made_again(written, aloud, engine):
    await in_database(written, THREE)
    sound = await aloud().kept()
    again = aloud()
    assert await again.kept() == sound
    assert (again.is_audible, engine.said) == (False, SENTENCES)


async def test_the_first_sound_comes_before_the_answer_is_written(write, aloud, engine):
    reading = aloud()
    async with aclosing(reading.listen()) as sound:
        await write("Whales sing.\n\nThey *si")
        heard = await first_of(sound)
        assert heard
        assert engine.said == SENTENCES[:1]
        await write("ng* at night. Nobody knows why.", end="completed")
        heard += b"".join([piece async for piece in sound])
    assert engine.said == SENTENCES
    kept_sound = await reading.kept()
    assert heard == await asyncio.to_thread(bytes_of, kept_sound.path)


async def test_all_listeners_share_one_reading_and_hear_it_from_the_beginning(
    write, aloud, engine, bob, alice
):
    first = aloud()
    async with aclosing(first.listen()) as sound:
        await write(THREE)
        await first_of(sound)  # and leaves
    late = aloud()
    assert late is first
    listening = asyncio.create_task(all_of(late))
    await write(end="completed")
    heard = await listening
    assert engine.said == SENTENCES
    assert heard == await all_of(first) == await asyncio.to_thread(bytes_of, (await first.kept()).path)


async def test_it_is_made_and_kept_when_its_listener_leaves(written, aloud, engine):
    await in_database(written, THREE)
    engine.hold()
    reading = aloud()
    listening = asyncio.create_task(all_of(reading))
    await asyncio.sleep(0)
    listening.cancel()
    engine.go_on()
    assert (await reading.kept()).size
    assert engine.said == SENTENCES


async def test_a_stopped_answer_is_silent_at_once_and_nothing_is_kept(write, aloud, engine):
    await write(THREE)
    engine.hold()
    reading = aloud()
    listening = asyncio.create_task(all_of(reading))
    await engine.is_asked()
    await write(end="cancelled")
    assert await listening == b""
    with pytest.raises(SpeechStopped):
        await reading.kept()
    assert engine.closed == len(engine.said)
    assert await no_file_is_left()


async def test_a_failed_answer_is_read_with_its_apology(write, aloud, engine):
    await write("Whales sing. Th")
    reading = aloud()
    await engine.is_asked()
    await write("ey", Error(error="timeout", fallback_message="That took too long."), end="error")
    await reading.kept()
    assert engine.said == ["Whales sing.", "They", "That took too long."]


async def test_the_apology_is_read_afterwards_too(written, aloud, engine):
    await in_database(written, "Whales", "error", error="rate_limit")
    await aloud().kept()
    assert engine.said[0] == "Whales"
    assert engine.said[1].startswith("I'm receiving too many requests")


@pytest.mark.parametrize("trouble", ["Fail now.", "Break now."])
async def test_an_engine_that_fails_leaves_nothing_and_may_be_asked_again(
    written, aloud, engine, trouble, caplog
):
    await in_database(written, f"Whales sing. {trouble}")
    reading = aloud()
    with pytest.raises(SpeechFailed):
        await all_of(reading)
    assert await no_file_is_left()
    assert ("could not be read aloud" in caplog.text) == (trouble == "Break now.")  # nobody expected that one
    await in_database(written, THREE)
    assert (await aloud().kept()).size


async def test_a_message_without_words_cannot_be_read(written, aloud, engine):
    await in_database(written, "👍 … !")
    with pytest.raises(NothingToSay):
        await aloud().kept()


async def test_a_message_that_went_on_meanwhile_keeps_nothing_of_before(written, aloud, engine):
    await in_database(written, THREE, "cancelled")
    engine.hold()
    reading = aloud()
    await engine.is_asked()
    await in_database(written, f"{THREE} But I do.")
    engine.go_on()
    with pytest.raises(SpeechStopped):
        await reading.kept()
    assert await no_file_is_left()


async def test_a_text_too_long_to_listen_to_is_cut_and_says_so(settings, write, aloud, engine):
    settings.MAX_SPEECH_CHARS = 20
    reading = aloud()
    await write(f"{THREE} {THREE}", end="completed")
    await reading.kept()
    assert engine.said == [*SENTENCES[:2], "The rest is too long to be read aloud."]


async def test_the_voice_is_the_agents_and_the_language_that_of_the_text(agent, written, aloud, engine):
    await type(agent).objects.filter(pk=agent.pk).aupdate(voice="nova")
    await in_database(written, "Das ist ein Wal, und er singt. Super.")
    await aloud().kept()
    assert engine.manners == [("nova", 1.0, "de")] * 2


async def test_speed_and_language_are_the_agents_where_it_has_them(agent, written, aloud, engine):
    await type(agent).objects.filter(pk=agent.pk).aupdate(speech_speed=1.5, language="de-AT")
    await in_database(written, "```py\nx = 1\n```")
    await aloud().kept()
    assert engine.said == ["Ein Codeblock in Python, 1 Zeile."]
    assert engine.manners == [("alloy", 1.5, "de-AT")]


async def test_words_of_ours_are_in_the_language_of_who_asks(written, aloud, engine):
    await in_database(written, "```py\nx = 1\n```")
    with override("de"):
        reading = aloud()
    await reading.kept()
    assert engine.said == ["Ein Codeblock in Python, 1 Zeile."]


async def test_a_message_between_people_is_read_in_the_usual_voice(alice, bob, aloud, engine):
    def said():
        conversation, _made = open_direct_message(actor=alice, other=participant_of_user(bob))
        sent = post_message(actor=bob, conversation_id=conversation.pk, content="Hello.", client_id="hello")
        return sent.message

    await aloud(message=await act(said)).kept()
    assert (engine.said, engine.manners) == (["Hello."], [("", 1.0, "en")])


async def test_stopping_waits_until_nobody_wants_to_hear_it(written, aloud, engine, alice, bob, posted):
    await in_database(written, THREE)
    engine.hold()
    reading = aloud()
    assert aloud(bob) is reading  # whoever asks for him knows that he may
    readings.leave(alice.pk, posted.answer.pk)
    await asyncio.sleep(0)
    assert not reading.is_over
    readings.leave(bob.pk, posted.answer.pk)
    with pytest.raises(SpeechStopped):
        await reading.kept()
    assert await no_file_is_left()
    engine.go_on()
    assert (await aloud().kept()).size


async def test_who_stops_it_in_one_place_hears_it_in_another_to_its_end(
    written, aloud, engine, alice, posted
):
    await in_database(written, THREE)
    engine.hold()
    reading = aloud()
    with reading.heard_by(alice.pk):
        with reading.heard_by(alice.pk):
            readings.leave(alice.pk, posted.answer.pk)
        listening = asyncio.create_task(all_of(reading))
        await engine.is_asked()
        engine.go_on()
        heard = await listening
    assert heard == await asyncio.to_thread(bytes_of, (await reading.kept()).path)


async def test_it_stops_when_the_last_who_hears_what_nobody_wants_leaves(
    monkeypatch, written, aloud, engine, alice, posted
):
    await in_database(written, THREE)
    engine.hold()
    reading = aloud()
    monkeypatch.setattr(readings, "MOST_EACH", 1)
    with reading.heard_by(alice.pk):
        readings.leave(alice.pk, posted.answer.pk)
        with pytest.raises(TooManyReadings):  # it counts as hers
            aloud(message=posted.message)
    with pytest.raises(SpeechStopped):
        await reading.kept()
    assert await no_file_is_left()


async def test_what_is_stopped_on_the_way_does_not_sound_like_the_whole(write, aloud, engine):
    reading = aloud()
    async with aclosing(reading.listen()) as sound:
        await write("Whales sing.\n\nThey")
        await first_of(sound)
        await readings.close()
        with pytest.raises(SpeechStopped):
            while True:
                await first_of(sound)


async def test_no_more_are_read_at_once_than_the_operator_wants(
    settings, written, aloud, bob, posted, engine
):
    await in_database(written, THREE)
    engine.hold()
    settings.MAX_READINGS = 1
    reading = aloud()
    with pytest.raises(TooManyReadings):
        aloud(bob, posted.message)
    assert aloud(bob) is reading


async def test_one_person_does_not_take_all_places(monkeypatch, written, aloud, bob, posted, engine):
    await in_database(written, THREE)
    engine.hold()
    monkeypatch.setattr(readings, "MOST_EACH", 1)
    aloud()
    with pytest.raises(TooManyReadings):
        aloud(message=posted.message)
    assert aloud(bob, posted.message)
