//! Bundle adjustment: the errors of points seen by cameras with radial distortion.

use chainrule::prelude::*;

/// A camera looks along its z axis. The rotation is a vector along the axis, as long as the angle.
#[derive(Clone, Debug, Differentiable)]
pub(crate) struct Camera {
    pub(crate) rotation: [f64; 3],
    pub(crate) center: [f64; 3],
    pub(crate) focal_length: f64,
    pub(crate) principal_point: [f64; 2],
    pub(crate) distortion: [f64; 2],
}

#[differentiate]
pub(crate) fn dot(a: &[f64; 3], b: &[f64; 3]) -> f64 {
    a[0] * b[0] + a[1] * b[1] + a[2] * b[2]
}

#[differentiate]
pub(crate) fn cross(a: &[f64; 3], b: &[f64; 3]) -> [f64; 3] {
    [
        a[1] * b[2] - a[2] * b[1],
        a[2] * b[0] - a[0] * b[2],
        a[0] * b[1] - a[1] * b[0],
    ]
}

/// Turns `x` about the vector `r`, after Rodrigues.
#[differentiate]
pub(crate) fn rotate(r: &[f64; 3], x: &[f64; 3]) -> [f64; 3] {
    let squared = dot(r, r);
    if squared == 0.0 {
        let turned = cross(r, x);
        return [x[0] + turned[0], x[1] + turned[1], x[2] + turned[2]];
    }
    let angle = squared.sqrt();
    let (sin, cos) = angle.sin_cos();
    let axis = [r[0] / angle, r[1] / angle, r[2] / angle];
    let turned = cross(&axis, x);
    let along = dot(&axis, x) * (1.0 - cos);
    [
        x[0] * cos + turned[0] * sin + axis[0] * along,
        x[1] * cos + turned[1] * sin + axis[1] * along,
        x[2] * cos + turned[2] * sin + axis[2] * along,
    ]
}

/// Where a camera sees a point.
#[differentiate]
pub(crate) fn project(camera: &Camera, point: &[f64; 3]) -> [f64; 2] {
    let from_center = [
        point[0] - camera.center[0],
        point[1] - camera.center[1],
        point[2] - camera.center[2],
    ];
    let seen = rotate(&camera.rotation, &from_center);
    let (x, y) = (seen[0] / seen[2], seen[1] / seen[2]);
    let squared = x * x + y * y;
    let [k0, k1] = camera.distortion;
    let stretch = camera.focal_length * (1.0 + k0 * squared + k1 * squared * squared);
    [
        stretch * x + camera.principal_point[0],
        stretch * y + camera.principal_point[1],
    ]
}

/// The error of one observation, weighted.
#[differentiate(wrt(camera, point, weight))]
pub(crate) fn reprojection_error(
    camera: &Camera,
    point: &[f64; 3],
    weight: f64,
    feature: &[f64; 2],
) -> [f64; 2] {
    let [x, y] = project(camera, point);
    [weight * (x - feature[0]), weight * (y - feature[1])]
}

/// A point as a camera saw it.
#[derive(Clone, Debug)]
pub(crate) struct Observation {
    pub(crate) camera: usize,
    pub(crate) point: usize,
    pub(crate) feature: [f64; 2],
}

/// Half the sum of all squared errors, with a price for low weights.
#[differentiate(wrt(cameras, points, weights))]
pub(crate) fn cost(
    cameras: &[Camera],
    points: &[[f64; 3]],
    weights: &[f64],
    observations: &[Observation],
) -> f64 {
    let mut sum = 0.0;
    for (seen, &weight) in observations.iter().zip(weights) {
        let [x, y] = reprojection_error(
            &cameras[seen.camera],
            &points[seen.point],
            weight,
            &seen.feature,
        );
        let lost = 1.0 - weight * weight;
        sum += x * x + y * y + lost * lost;
    }
    0.5 * sum
}
