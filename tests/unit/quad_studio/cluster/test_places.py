import pytest

from quad_studio.cluster.places import (
    claim,
    phones_in,
    read_offers,
    read_places,
    resources_of,
    write_places,
)
from quad_studio.errors import DeviceProblem, UsageProblem


def test_that_a_host_announces_its_phones_by_the_target_they_serve():
    places = read_offers(["virtual:s25-qualcomm", "adb:lab=adb:R1,adb:R2"])
    assert resources_of(places) == {
        "quad-studio:virtual:s25-qualcomm": 1,
        "quad-studio:adb:lab": 2,
    }


@pytest.mark.parametrize("offer", ["toaster", "adb:lab=R1", "adb:", "adb:a=adb:R1,adb:R1"])
def test_that_an_offer_that_is_none_is_refused(offer):
    with pytest.raises(UsageProblem, match="--phone"):
        read_offers([offer])


def test_that_only_our_resources_of_a_node_are_phones():
    resources = {"CPU": 4.0, "node:127.0.0.1": 1.0, "quad-studio:virtual:a": 2.0}
    assert phones_in(resources) == {"virtual:a": 2}


def test_that_two_workers_never_get_the_same_phone(tmp_path):
    write_places(tmp_path, read_offers(["adb:lab=adb:R1,adb:R2"]))
    first, lock = claim(tmp_path, "adb:lab")
    second, other = claim(tmp_path, "adb:lab")
    assert [first.opens, second.opens] == ["adb:R1", "adb:R2"]
    with pytest.raises(DeviceProblem, match="all 2 phones of this host are in use"):
        claim(tmp_path, "adb:lab")
    lock.close()
    third, lock = claim(tmp_path, "adb:lab")
    assert third == first
    lock.close()
    other.close()


def test_that_a_host_without_a_record_has_as_many_virtual_phones_as_asked(tmp_path):
    places = read_places(tmp_path, "virtual:tab-s11-mediatek")
    assert len({place.slot for place in places}) == len(places) > 8
    assert len(read_places(tmp_path, "adb:R1")) == 1
