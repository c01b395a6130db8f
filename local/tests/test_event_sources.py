from emulator.event_sources import with_numbers


def test_a_number_that_came_from_a_parameter_is_a_number() -> None:
    properties = {"BatchSize": "10", "ScalingConfig": {"MaximumConcurrency": "5"}, "EventSourceArn": "arn"}
    assert with_numbers(properties) == {
        "BatchSize": 10,
        "ScalingConfig": {"MaximumConcurrency": 5},
        "EventSourceArn": "arn",
    }
